/*
 * report_print: report.h's printing of text and Markdown.
 */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_LIMIT = 256 };

struct page {
	const struct report *report;
	const struct report_markup *markup;
	bool brief;
	FILE *out;
	int title_width;
};

static const char signs[] = {[VERDICT_EXPECTED] = '=',
	[VERDICT_DEVIATES] = '!',
	[VERDICT_SKIPPED] = '-',
	[VERDICT_ERROR] = '?'};

char report_sign(enum verdict verdict)
{
	return signs[verdict];
}

static bool same_cells(const struct report *report, int a, int b)
{
	for (int k = 0; k < report->kernel_count; k++)
		if (report->row[a].cell[k].verdict != report->row[b].cell[k].verdict ||
			report->row[a].cell[k].letter != report->row[b].cell[k].letter)
			return false;
	return true;
}

int report_group_end(const struct report *report, int begin)
{
	int end = begin + 1;

	while (end < report->row_count &&
		!strcmp(report->row[begin].experiment, report->row[end].experiment) &&
		same_cells(report, begin, end))
		end++;
	return end;
}

static void group_title(const struct report *report, int begin, int end, char *title)
{
	int used = snprintf(title, TITLE_LIMIT, "%s", report->row[begin].experiment);

	for (int i = begin; i < end && used < TITLE_LIMIT; i++)
		used += snprintf(
			title + used, (size_t)(TITLE_LIMIT - used), " %s", report->row[i].family);
}

static int column_width(const struct report_kernel *kernel)
{
	int width = (int)strlen(kernel->label);

	return width < 2 ? 2 : width;
}

/* A line of the table; cells[k] stands in column k. */
static void print_line(const struct page *p, const char *title, const char (*cells)[3])
{
	int count = p->report->kernel_count;

	fprintf(p->out, "%s%-*s", p->markup->row_begin, p->title_width, title);
	for (int k = 0; k < count; k++) {
		const struct report_kernel *kernel = &p->report->kernel[k];
		int width = p->markup->has_rule || k + 1 < count ? column_width(kernel) : 0;

		fprintf(p->out, "%s%-*s", p->markup->column, width,
			cells ? cells[k] : kernel->label);
	}
	fputs(p->markup->row_end, p->out);
}

static void print_rule(const struct page *p)
{
	fputs("|", p->out);
	for (int k = -1; k < p->report->kernel_count; k++)
		fputs("---|", p->out);
	fputc('\n', p->out);
}

static void print_group(const struct page *p, int begin, int end)
{
	char title[TITLE_LIMIT], cells[REPORT_KERNELS][3];

	for (int k = 0; k < p->report->kernel_count; k++) {
		const struct report_cell *cell = &p->report->row[begin].cell[k];

		snprintf(cells[k], sizeof cells[k], "%c%c", signs[cell->verdict], cell->letter);
	}
	group_title(p->report, begin, end, title);
	print_line(p, title, cells);
}

/* As expected, and the same trace, wherever it is not skipped? */
static bool is_steady(const struct report *report, int row)
{
	char letter = 0;

	for (int k = 0; k < report->kernel_count; k++) {
		const struct report_cell *cell = &report->row[row].cell[k];

		if (cell->verdict == VERDICT_SKIPPED)
			continue;
		if (cell->verdict != VERDICT_EXPECTED || (letter && cell->letter != letter))
			return false;
		letter = cell->letter;
	}
	return letter;
}

static bool is_shown(const struct page *p, int row)
{
	return !p->brief || !is_steady(p->report, row);
}

static void measure_titles(struct page *p)
{
	char title[TITLE_LIMIT];

	for (int i = 0, end; i < p->report->row_count; i = end) {
		end = report_group_end(p->report, i);
		group_title(p->report, i, end, title);
		if (is_shown(p, i) && (int)strlen(title) > p->title_width)
			p->title_width = (int)strlen(title);
	}
}

static void print_table(struct page *p)
{
	const struct report *report = p->report;
	int steady = 0;

	measure_titles(p);
	print_line(p, "", NULL);
	if (p->markup->has_rule)
		print_rule(p);
	for (int i = 0, end; i < report->row_count; i = end) {
		end = report_group_end(report, i);
		if (is_shown(p, i))
			print_group(p, i, end);
		else
			steady += end - i;
	}
	if (p->brief)
		fprintf(p->out,
			"\n%d other run%s as expected, with the same trace on every kernel that "
			"did not skip them.\n",
			steady, steady == 1 ? " is" : "s are");
	fputs("\n= as expected, ! deviates, - skipped, ? failed to run; the same letter in an "
	      "experiment: the same trace\n",
		p->out);
}

static void print_value(const struct page *p, const char *lines, const char *key, const char *front,
	const char *back)
{
	char value[256];

	if (record_value(lines, key, value, sizeof value))
		fprintf(p->out, "%s%s%s", front, value, back);
}

/* "6.1: as expected 16, ...; linux-image-... 6.1.192-2; ..." */
static void print_kernel(const struct page *p, int k)
{
	static const char *const words[] = {"as expected", "deviate", "skipped", "failed"};
	const struct report_kernel *kernel = &p->report->kernel[k];
	const struct run_record *record = kernel->record;
	int count[VERDICT_ERROR + 1] = {0};

	for (int i = 0; i < p->report->row_count; i++)
		count[p->report->row[i].cell[k].verdict]++;
	fprintf(p->out, "%s%s: %d of %d as expected", p->markup->item, kernel->label,
		count[VERDICT_EXPECTED], p->report->row_count);
	for (int v = VERDICT_DEVIATES; v <= VERDICT_ERROR; v++)
		if (count[v])
			fprintf(p->out, ", %d %s", count[v], words[v]);
	print_value(p, kernel->about, "package", "; ", "");
	print_value(p, record->about, "judged-as", "; judged as ", "");
	print_value(p, kernel->host, "seconds", "; ", " s");
	if (record->complete)
		fprintf(p->out, "; %.1f s for the experiments, by its own clock",
			(double)(record->ended - record->booted) / 1e3);
	fputc('\n', p->out);
}

/* "on HOST, QEMU, DATE", of those that are known. */
static void host_text(const struct report_kernel *kernel, char *text, size_t size)
{
	static const char *const keys[] = {"host", "qemu", "date"};
	char value[TITLE_LIMIT];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof keys / sizeof *keys && used < size; i++)
		if (record_value(kernel->host, keys[i], value, sizeof value))
			used += (size_t)snprintf(
				text + used, size - used, "%s%s", used ? ", " : "on ", value);
}

/* Who ran them: a line for neighbours that the same host ran. */
static void print_hosts(const struct page *p)
{
	const struct report *report = p->report;
	char host[TITLE_LIMIT * 3], next[TITLE_LIMIT * 3];

	for (int k = 0; k < report->kernel_count; k++) {
		host_text(&report->kernel[k], host, sizeof host);
		if (!*host)
			continue;
		fprintf(p->out, "%s%s: %s", p->markup->item, host, report->kernel[k].label);
		while (k + 1 < report->kernel_count) {
			host_text(&report->kernel[k + 1], next, sizeof next);
			if (strcmp(host, next) != 0)
				break;
			fprintf(p->out, " %s", report->kernel[++k].label);
		}
		fputc('\n', p->out);
	}
}

/* Why runs were skipped or failed: the same reason of neighbouring runs once. */
static void print_reasons(const struct page *p, int k)
{
	const struct report *report = p->report;
	char *before = NULL;

	for (int i = 0; i < report->row_count; i++) {
		char *reason = report_reason(&report->row[i].cell[k]);

		if (reason && (!before || strcmp(before, reason) != 0))
			fprintf(p->out, "%s%s %s %s: %s\n", p->markup->item,
				report->kernel[k].label, report->row[i].experiment,
				report->row[i].family, reason);
		if (reason) {
			free(before);
			before = reason;
		}
	}
	free(before);
}

void report_print(const struct report *report, struct report_style style, FILE *out)
{
	struct page page = {
		.report = report, .markup = style.markup, .brief = style.brief, .out = out};

	print_table(&page);
	fputc('\n', out);
	for (int k = 0; k < report->kernel_count; k++)
		print_kernel(&page, k);
	print_hosts(&page);
	for (int k = 0; k < report->kernel_count && !style.brief; k++)
		print_reasons(&page, k);
	for (int k = 0; k < report->kernel_count; k++)
		report_print_stack(&report->kernel[k], style.markup, out);
	report_print_details(report, style, out);
}
