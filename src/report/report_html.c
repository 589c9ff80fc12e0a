#include "report/report_html_traces.h"

#include "page/markup.h"
#include "page/page.h"
#include "util/memstream.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

/* gcc 12's analyzer takes the reason before for the one that was freed in an earlier round */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-double-free"
#endif

static const char *const words[] = {"as expected", "deviates", "skipped", "failed to run"};

static void print_value(const struct report_kernel *kernel, const char *key, FILE *out)
{
	char value[256];

	fputs("<td>", out);
	if (record_value(kernel->about, key, value, sizeof value) ||
		record_value(kernel->record->about, key, value, sizeof value) ||
		record_value(kernel->host, key, value, sizeof value))
		markup_text(out, value);
	fputs("</td>", out);
}

/* Why runs were skipped or failed: the same reason of neighbouring runs once. */
static void print_reasons(const struct report *report, int k, FILE *out)
{
	char *before = NULL;

	fputs("<td>", out);
	for (int i = 0; i < report->row_count; i++) {
		char *reason = report_reason(&report->row[i].cell[k]);

		if (!reason || (before && !strcmp(before, reason))) {
			free(reason);
			continue;
		}
		fputs(before ? "<br/>" : "<details><summary>reasons</summary>", out);
		markup_print(
			out, "%s %s: %s", report->row[i].experiment, report->row[i].family, reason);
		free(before);
		before = reason;
	}
	fputs(before ? "</details></td>" : "</td>", out);
	free(before);
}

static void print_kernel(const struct report *report, int k, FILE *out)
{
	const struct report_kernel *kernel = &report->kernel[k];
	int count[VERDICT_ERROR + 1] = {0};

	for (int i = 0; i < report->row_count; i++)
		count[report->row[i].cell[k].verdict]++;
	fputs("<tr id=\"kernel-", out);
	markup_id(out, kernel->label);
	fputs("\"><th scope=\"row\">", out);
	markup_text(out, kernel->label);
	fputs("</th>", out);
	for (int v = VERDICT_EXPECTED; v <= VERDICT_ERROR; v++)
		fprintf(out, "<td%s%s%s>%d</td>", count[v] ? " class=\"" : "",
			count[v] ? symbol_text(verdicts, v) : "", count[v] ? "\"" : "", count[v]);
	print_value(kernel, "package", out);
	print_value(kernel, "judged-as", out);
	print_value(kernel, "date", out);
	print_reasons(report, k, out);
	fputs("</tr>\n", out);
}

static void print_kernels(const struct report *report, FILE *out)
{
	fputs("<h2>Kernels</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n"
	      "<thead><tr><th scope=\"col\">kernel</th><th scope=\"col\">as expected</th>"
	      "<th scope=\"col\">deviate</th><th scope=\"col\">skipped</th>"
	      "<th scope=\"col\">failed</th><th scope=\"col\">package</th>"
	      "<th scope=\"col\">judged as</th><th scope=\"col\">date</th>"
	      "<th scope=\"col\">not run</th></tr></thead>\n<tbody>\n",
		out);
	for (int k = 0; k < report->kernel_count; k++)
		print_kernel(report, k, out);
	fputs("</tbody></table></div>\n", out);
}

/* A cell without a trace leads to the kernel, which has the reasons. */
static void print_cell(const struct report *report, int row, int k, FILE *out)
{
	const struct report_cell *cell = &report->row[row].cell[k];

	fprintf(out, "<td class=\"cell %s", symbol_text(verdicts, cell->verdict));
	if (cell->letter)
		fprintf(out, " l%c", report_html_colour(cell->letter));
	fputs("\"><a href=\"#", out);
	if (cell->letter)
		report_html_target(report, row, k, out);
	else {
		fputs("kernel-", out);
		markup_id(out, report->kernel[k].label);
	}
	fprintf(out, "\" title=\"%s\">%c", words[cell->verdict], report_sign(cell->verdict));
	if (cell->letter)
		fputc(cell->letter, out);
	fputs("</a></td>", out);
}

/* What the filters go by: does a trace differ, deviate? */
static void print_kinds(const struct report *report, int row, FILE *out)
{
	const struct report_row *r = &report->row[row];
	bool has[VERDICT_ERROR + 1] = {false}, differs = false;
	char letter = 0;

	for (int k = 0; k < report->kernel_count; k++) {
		const struct report_cell *cell = &r->cell[k];

		has[cell->verdict] = true;
		if (cell->letter && letter && cell->letter != letter)
			differs = true;
		if (cell->letter)
			letter = cell->letter;
	}
	fprintf(out, " data-show=\"%s%s%s%s\"", differs ? "differences " : "",
		has[VERDICT_DEVIATES] ? "deviations " : "", has[VERDICT_SKIPPED] ? "skipped " : "",
		has[VERDICT_ERROR] ? "failures " : "");
}

static void print_row(const struct report *report, int begin, int end, FILE *out)
{
	const struct report_row *row = &report->row[begin];

	fputs("<tr data-item=\"\" data-group=\"", out);
	markup_part(out, row->experiment, (int)strcspn(row->experiment, "-"));
	fputs("\" data-family=\"", out);
	for (int i = begin; i < end; i++)
		markup_print(out, "%s%s", i > begin ? " " : "", report->row[i].family);
	fputc('"', out);
	print_kinds(report, begin, out);
	fputs("><th scope=\"row\">", out);
	markup_text(out, row->experiment);
	fputs(" <span class=\"family\">", out);
	for (int i = begin; i < end; i++)
		markup_print(out, "%s%s", i > begin ? " " : "", report->row[i].family);
	fputs("</span></th>", out);
	for (int k = 0; k < report->kernel_count; k++)
		print_cell(report, begin, k, out);
	fputs("</tr>\n", out);
}

static void print_table(const struct report *report, FILE *out)
{
	fputs("<div class=\"scroll wide\" tabindex=\"0\"><table class=\"kernels\">\n"
	      "<caption>= as expected, ! deviates, - skipped, ? failed to run; the same letter in "
	      "an experiment: the same trace. A cell leads to its trace, beside the one that "
	      "differs.</caption>\n<thead><tr><th scope=\"col\">experiment</th>",
		out);
	for (int k = 0; k < report->kernel_count; k++) {
		fputs("<th scope=\"col\">", out);
		markup_text(out, report->kernel[k].label);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (int i = 0, end; i < report->row_count; i = end) {
		end = report_group_end(report, i);
		print_row(report, i, end, out);
	}
	fputs("</tbody></table></div>\n", out);
}

/* The deviations, and what went wrong with a kernel as a whole, as the text format has them. */
static bool print_trouble(const struct report *report, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream)
		report_print_details(report,
			(struct report_style){.markup = &report_text, .brief = true}, stream);
	if (!memory_close(stream, &text))
		return false;
	if (*text) {
		fputs("<h2>Deviations and failures</h2>\n<pre tabindex=\"0\">", out);
		markup_text(out, text + strspn(text, "\n"));
		fputs("</pre>\n", out);
	}
	free(text);
	return true;
}

bool report_print_html(const struct report *report, FILE *out)
{
	page_begin("Experiments and kernels", out);
	fprintf(out, "<p>%d run%s on each of %d kernel%s.</p>\n", report->row_count,
		text_plural(report->row_count), report->kernel_count,
		text_plural(report->kernel_count));
	page_main(out);
	print_table(report, out);
	print_kernels(report, out);
	bool good = print_trouble(report, out);

	fputs("<h2 class=\"paper\">Traces</h2>\n", out);
	good = good && report_html_traces(report, out);
	page_end(out);
	return good;
}
