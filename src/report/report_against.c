/*
 * report_against: report.h's comparison with a stored kernel, the first of the report.
 */
#include "report/report.h"

enum { NAMED = 8 /* changes in a line; the rest are counted */ };

/* Did kernel k run row i otherwise than the first one did? A run that the first one does not have
 * has changed nothing. */
static bool changed(const struct report *report, int i, int k)
{
	const struct report_cell *cell = report->row[i].cell;

	return cell[0].run &&
	       (cell[0].verdict != cell[k].verdict ||
		       (cell[0].letter != cell[k].letter && !report_rewritten(report, i, k)));
}

static void print_cell(const struct report_cell *cell, FILE *out)
{
	fputc(report_sign(cell->verdict), out);
	if (cell->letter)
		fputc(cell->letter, out);
}

static void print_changed(const struct report *report, int i, int k, FILE *out)
{
	const struct report_row *row = &report->row[i];

	fprintf(out, "%s %s ", row->experiment, row->family);
	print_cell(&row->cell[0], out);
	fputs(" to ", out);
	print_cell(&row->cell[k], out);
}

struct count {
	int compared, changed, rewritten, added;
};

static struct count count_runs(const struct report *report, int k)
{
	struct count count = {0};

	for (int i = 0; i < report->row_count; i++) {
		count.compared += report->row[i].cell[0].run && !report_rewritten(report, i, k);
		count.added += !report->row[i].cell[0].run && report->row[i].cell[k].run;
		count.changed += changed(report, i, k);
		count.rewritten += report_rewritten(report, i, k);
	}
	return count;
}

/* "6.12: 2 of 611 runs changed since stored: unix-oob unix =A to =B, ...; 1 is another experiment
 * by now; 3 are new" */
static void print_line(const struct report *report, int k, FILE *out)
{
	struct count count = count_runs(report, k);
	int named = 0;

	fprintf(out, "%s: ", report->kernel[k].label);
	if (count.changed)
		fprintf(out, "%d of %d runs changed since %s", count.changed, count.compared,
			report->kernel[0].label);
	else
		fprintf(out,
			count.compared == 1 ? "%d run is as it was in %s"
					    : "all %d runs are as they were in %s",
			count.compared, report->kernel[0].label);
	for (int i = 0; i < report->row_count && named < NAMED; i++)
		if (changed(report, i, k)) {
			fputs(named++ ? ", " : ": ", out);
			print_changed(report, i, k, out);
		}
	if (count.changed > NAMED)
		fprintf(out, " and %d more", count.changed - NAMED);
	if (count.rewritten)
		fprintf(out, "; %d %s another experiment by now", count.rewritten,
			count.rewritten == 1 ? "is" : "are");
	if (count.added)
		fprintf(out, "; %d %s new", count.added, count.added == 1 ? "is" : "are");
	fputc('\n', out);
}

void report_print_against(const struct report *report, struct report_style style, FILE *out)
{
	const struct report_kernel *stored = &report->kernel[0];

	if (!stored->record->complete)
		fprintf(out, "%s: %s: only that can be compared\n", stored->label,
			stored->record->reason);
	for (int k = 1; k < report->kernel_count; k++)
		print_line(report, k, out);
	if (!style.brief)
		report_print_differences(report, style, out);
}

enum status report_status_against(const struct report *report)
{
	enum status status = STATUS_EXPECTED;

	for (int k = 0; k < report->kernel_count; k++) {
		if (k > 0 && count_runs(report, k).changed)
			status = status_merge(status, STATUS_DEVIATES);
		if (!report->kernel[k].record->complete)
			status = status_merge(status, STATUS_ENVIRONMENT);
	}
	return status;
}
