/*
 * report_details: report.h's printing of what stands below the table: traces, logs and consoles.
 */
#include "report/kernlog.h"
#include "report/report.h"
#include "util/diff.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_LIMIT = 256 };

struct page {
	const struct report *report;
	const struct report_markup *markup;
	FILE *out;
};

static void begin_block(const struct page *p, const char *title)
{
	fprintf(p->out, "%s%s%s", p->markup->block_title, title, p->markup->block_begin);
}

static void end_block(const struct page *p)
{
	fputs(p->markup->block_end, p->out);
}

/* The run of a row on two kernels, side by side. */
static void print_change(const struct page *p, const struct report_row *row, int before, int after)
{
	const struct report_cell *cell = row->cell;
	char title[TITLE_LIMIT];
	char *diff = diff_lines(cell[before].essence, cell[after].essence);

	snprintf(title, sizeof title, "%s %s: %c (%s), then %c (%s)", row->experiment, row->family,
		cell[before].letter, p->report->kernel[before].label, cell[after].letter,
		p->report->kernel[after].label);
	begin_block(p, title);
	fputs(diff ? diff : "no memory for the difference\n", p->out);
	end_block(p);
	free(diff);
}

/* The column from which the letter changes to the one in k: the next to the left that has any;
 * -1: it does not change. */
static int change_at(const struct report_row *row, int k)
{
	int before = k - 1;

	while (before >= 0 && !row->cell[before].letter)
		before--;
	return before >= 0 && row->cell[k].letter && row->cell[before].letter != row->cell[k].letter
		       ? before
		       : -1;
}

/* Does a letter change further left in this row, or in another family above, as it does here? */
static bool told(const struct report *report, int row, int before, int after)
{
	const struct report_row *this = &report->row[row];

	for (int i = 0; i <= row; i++)
		for (int k = 0; k < (i < row ? report->kernel_count : after); k++) {
			const struct report_row *other = &report->row[i];
			int from = change_at(other, k);

			if (from >= 0 && other->cell[from].letter == this->cell[before].letter &&
				other->cell[k].letter == this->cell[after].letter &&
				!strcmp(other->experiment, this->experiment))
				return true;
		}
	return false;
}

/* Each change of a letter, once an experiment. */
static void print_changes(const struct page *p)
{
	for (int i = 0; i < p->report->row_count; i++)
		for (int k = 0; k < p->report->kernel_count; k++) {
			int before = change_at(&p->report->row[i], k);

			if (before >= 0 && !told(p->report, i, before, k))
				print_change(p, &p->report->row[i], before, k);
		}
}

/* The marked lines of a trace that deviates. */
static void print_marked(const struct page *p, const char *trace)
{
	for (size_t length; *trace; trace += length + (trace[length] != '\0')) {
		length = strcspn(trace, "\n");
		if (strchr("-+!", *trace) && length)
			fprintf(p->out, "%.*s\n", (int)length, trace);
	}
}

/* The first cell of the experiment in row i that has the letter; false when there is none. */
static bool first_with(const struct report *report, int i, char letter, int *row, int *kernel)
{
	for (int k = 0; k < report->kernel_count; k++)
		for (int j = 0; j < report->row_count; j++)
			if (report->row[j].cell[k].letter == letter &&
				!strcmp(report->row[j].experiment, report->row[i].experiment)) {
				*row = j;
				*kernel = k;
				return true;
			}
	return false;
}

/* The first trace of each letter that deviates. */
static void print_deviations(const struct page *p)
{
	const struct report *report = p->report;
	char title[TITLE_LIMIT];
	int row, kernel;

	for (int i = 0; i < report->row_count; i++)
		for (int k = 0; k < report->kernel_count; k++) {
			const struct report_cell *cell = &report->row[i].cell[k];

			if (cell->verdict != VERDICT_DEVIATES ||
				!first_with(report, i, cell->letter, &row, &kernel) || row != i ||
				kernel != k)
				continue;
			snprintf(title, sizeof title, "%s: %c deviates (%s %s)",
				report->row[i].experiment, cell->letter, report->kernel[k].label,
				report->row[i].family);
			begin_block(p, title);
			print_marked(p, cell->run->trace);
			end_block(p);
		}
}

/* A line of a console, which may have said anything. */
static void print_console_line(const struct page *p, const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] == '\t' || ((unsigned char)line[i] >= ' ' && line[i] != 127))
			fputc(line[i], p->out);
		else if (line[i] != '\r')
			fputc('?', p->out);
	fputc('\n', p->out);
}

/* The alarming lines of a console and its last ones, in their order. */
static void print_console(const struct page *p, const char *console)
{
	int lines = 0, line = 0;

	for (const char *at = console; *at; lines++)
		at += strcspn(at, "\n") + (at[strcspn(at, "\n")] != '\0');
	for (size_t length; *console; console += length + (console[length] != '\0'), line++) {
		length = strcspn(console, "\n");
		if (line >= lines - REPORT_TAIL || kernlog_alarming(console))
			print_console_line(p, console, length);
	}
}

static void print_log(
	const struct page *p, const struct report_kernel *kernel, const char *when, const char *log)
{
	char title[TITLE_LIMIT];

	if (!log)
		return;
	snprintf(title, sizeof title, "%s: its log says %s the runs:", kernel->label, when);
	begin_block(p, title);
	fputs(log, p->out);
	end_block(p);
}

/* What went wrong with a kernel as a whole. */
static void print_trouble(const struct page *p, const struct report_kernel *kernel)
{
	const struct run_record *record = kernel->record;
	char title[TITLE_LIMIT * 2], ended[TITLE_LIMIT];

	print_log(p, kernel, "before", record->log.before);
	print_log(p, kernel, "during", record->log.during);
	if (record->complete)
		return;
	if (!record_value(kernel->host, "ended", ended, sizeof ended))
		snprintf(ended, sizeof ended, "no host ran it");
	snprintf(title, sizeof title, "%s: %s; ended: %s. From its console:", kernel->label,
		record->reason, ended);
	begin_block(p, title);
	print_console(p, kernel->console ? kernel->console : "");
	end_block(p);
}

void report_print_differences(const struct report *report, struct report_style style, FILE *out)
{
	struct page page = {.report = report, .markup = style.markup, .out = out};

	for (int i = 0; i < report->row_count; i++)
		for (int k = 1; k < report->kernel_count; k++) {
			const struct report_cell *cell = report->row[i].cell;

			if (cell[0].letter && cell[k].letter && cell[0].letter != cell[k].letter &&
				!report_rewritten(report, i, k) && !told(report, i, 0, k))
				print_change(&page, &report->row[i], 0, k);
		}
}

void report_print_details(const struct report *report, struct report_style style, FILE *out)
{
	struct page page = {.report = report, .markup = style.markup, .out = out};

	if (!style.brief)
		print_changes(&page);
	print_deviations(&page);
	for (int k = 0; k < report->kernel_count; k++)
		print_trouble(&page, &report->kernel[k]);
}
