/*
 * report_differences: report.h's table of what a stack answers otherwise than Linux.
 */
#include "report/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CELL_LIMIT = 1024, TITLE_LIMIT = 256, DAY = 24 * 60 * 60 /* seconds */ };

enum column { CALL, LINUX, STACK, SHOWN, SHORTEST, COLUMNS };

struct table_line {
	char cell[COLUMNS][CELL_LIMIT];
	int steps; /* of the shortest experiment; INT_MAX: none shorter than the whole one is known
		    */
	const struct record_difference *difference;
};

/* Days since 1970 of "2024-07-29"; -1: it is no date. */
static long day_of(const char *date)
{
	struct tm tm = {0};
	const char *end = strptime(date, "%Y-%m-%d", &tm);

	return end && !*end ? (long)(timegm(&tm) / DAY) : -1;
}

/* Adds the experiment's steps, its own line each, as "a; b; c". Returns how many they are. */
static int list_steps(const char *experiment, char *text)
{
	int steps = 0;

	text[0] = '\0';
	for (const char *at = experiment; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		int length = (int)strcspn(at, "\n");
		const char *result = memmem(at, (size_t)length, " = ", 3);
		size_t used = strlen(text);

		if (!length || *at == '#' || !strncmp(at, "use ", 4))
			continue;
		length = result ? (int)(result - at) : length;
		while (length && at[length - 1] == ' ')
			length--;
		snprintf(text + used, CELL_LIMIT - used, "%s%.*s", steps++ ? "; " : "", length, at);
	}
	return steps;
}

static void fill_line(struct table_line *line, const struct record_difference *d)
{
	static const char *const keys[] = {[CALL] = "call", [LINUX] = "linux", [STACK] = "stack"};

	line->difference = d;
	for (int i = CALL; i <= STACK; i++)
		record_value(d->text, keys[i], line->cell[i], CELL_LIMIT);
	snprintf(line->cell[SHOWN], CELL_LIMIT, "%ld of %ld", d->shown, d->runs);
	line->steps = list_steps(record_experiment(d), line->cell[SHORTEST]);
	if (line->steps)
		return;
	line->steps = INT32_MAX;
	snprintf(line->cell[SHORTEST], CELL_LIMIT, "%s on %s, the whole of it", d->name, d->family);
}

/* The call whoever makes it: "poll" of "client poll". */
static const char *call_of(const struct table_line *line)
{
	const char *blank = strchr(line->cell[CALL], ' ');

	return blank ? blank + 1 : line->cell[CALL];
}

/* By call and by what it gives; of the same difference the shortest experiment first. */
static int compare(const void *a, const void *b)
{
	const struct table_line *x = *(const struct table_line *const *)a,
				*y = *(const struct table_line *const *)b;
	int order = strcmp(call_of(x), call_of(y));

	if (!order)
		order = strcmp(x->cell[LINUX], y->cell[LINUX]);
	if (!order)
		order = strcmp(x->cell[STACK], y->cell[STACK]);
	return order ? order : (x->steps > y->steps) - (x->steps < y->steps);
}

static bool is_same(const struct table_line *a, const struct table_line *b)
{
	return !strcmp(call_of(a), call_of(b)) && !strcmp(a->cell[LINUX], b->cell[LINUX]) &&
	       !strcmp(a->cell[STACK], b->cell[STACK]);
}

/* A cell; in a table with rules its bars would end it. */
static void print_cell(const struct report_markup *markup, const char *text, int width, FILE *out)
{
	int length = 0;

	for (; *text; text++, length++)
		if (*text == '|' && markup->has_rule)
			fputs("\\|", out);
		else
			fputc(*text, out);
	fprintf(out, "%*s", width > length ? width - length : 0, "");
}

static void print_row(const struct report_markup *markup, const char *const cell[COLUMNS],
	const int width[COLUMNS], FILE *out)
{
	fputs(markup->row_begin, out);
	for (int i = 0; i < COLUMNS; i++) {
		fputs(i ? markup->column : "", out);
		print_cell(markup, cell[i], i + 1 < COLUMNS ? width[i] : 0, out);
	}
	fputs(markup->row_end, out);
}

/* "gVisor 0.0~20240729.0-4 (of 2024-07-29, 487 days before these runs) against Linux" */
static void print_title(const struct report_kernel *kernel, const char *stack, int count,
	int unconfirmed, FILE *out)
{
	char dated[TITLE_LIMIT], ran[TITLE_LIMIT];

	fprintf(out, "\n%s", stack);
	if (record_value(kernel->about, "dated", dated, sizeof dated)) {
		fprintf(out, " (of %s", dated);
		record_value(kernel->host, "date", ran, sizeof ran);
		if (day_of(ran) >= 0 && day_of(dated) >= 0)
			fprintf(out, ", %ld days before these runs", day_of(ran) - day_of(dated));
		fputc(')', out);
	}
	fprintf(out, " against Linux: %d difference%s", count, text_plural(count));
	if (unconfirmed)
		fprintf(out, "; %d more %s seen once and not again", unconfirmed,
			unconfirmed == 1 ? "was" : "were");
	fputs("\n\n", out);
}

static void print_lines(const struct report_kernel *kernel, struct table_line **line, int count,
	int unconfirmed, const struct report_markup *markup, FILE *out)
{
	char stack[TITLE_LIMIT];
	const char *head[COLUMNS] = {"", "Linux", "", "shown", "by"};
	int width[COLUMNS] = {0};

	if (!record_value(kernel->record->about, "stack", stack, sizeof stack))
		snprintf(stack, sizeof stack, "%s", kernel->label);
	print_title(kernel, stack, count, unconfirmed, out);
	stack[strcspn(stack, " ")] = '\0';
	head[STACK] = stack;
	for (int c = 0; c < COLUMNS; c++) {
		width[c] = (int)strlen(head[c]);
		for (int i = 0; i < count; i++)
			if ((int)strlen(line[i]->cell[c]) > width[c])
				width[c] = (int)strlen(line[i]->cell[c]);
	}
	print_row(markup, head, width, out);
	if (markup->has_rule)
		fputs("|---|---|---|---|---|\n", out);
	for (int i = 0; i < count; i++) {
		const char *cell[COLUMNS];

		for (int c = 0; c < COLUMNS; c++)
			cell[c] = line[i]->cell[c];
		print_row(markup, cell, width, out);
	}
}

void report_print_stack(
	const struct report_kernel *kernel, const struct report_markup *markup, FILE *out)
{
	const struct run_record *record = kernel->record;
	size_t room = (size_t)record->difference_count + 1;
	struct table_line *lines = calloc(room, sizeof *lines),
			  **sorted = calloc(room, sizeof(struct table_line *));
	int count = 0, confirmed = 0;

	for (int i = 0; lines && sorted && i < record->difference_count; i++)
		if (record->difference[i].shown) {
			fill_line(&lines[confirmed], &record->difference[i]);
			sorted[confirmed] = &lines[confirmed];
			confirmed++;
		}
	if (confirmed)
		qsort((void *)sorted, (size_t)confirmed, sizeof(struct table_line *), compare);
	for (int i = 0; i < confirmed; i++)
		if (!count || !is_same(sorted[count - 1], sorted[i]))
			sorted[count++] = sorted[i];
	if (lines && sorted && record->difference_count)
		print_lines(
			kernel, sorted, count, record->difference_count - confirmed, markup, out);
	else if (record->difference_count)
		fputs("no memory for the differences\n", out);
	free((void *)sorted);
	free(lines);
}
