#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct report *report_new(int kernels)
{
	struct report *report = calloc(1, sizeof *report);

	if (!report)
		return NULL;
	report->kernel_count = kernels;
	report->kernel = calloc((size_t)kernels + 1, sizeof *report->kernel);
	if (report->kernel)
		return report;
	free(report);
	return NULL;
}

static void free_kernel(struct report_kernel *kernel)
{
	free(kernel->plan);
	free(kernel->about);
	free(kernel->host);
	free(kernel->console);
	record_free(kernel->record);
}

void report_free(struct report *report)
{
	if (!report)
		return;
	for (int i = 0; i < report->row_count * report->kernel_count; i++)
		free(report->cell[i].essence);
	for (int k = 0; k < report->kernel_count; k++)
		free_kernel(&report->kernel[k]);
	free(report->cell);
	free(report->row);
	free(report->kernel);
	free(report);
}

/* Makes room for every line of every plan and every run of every record. */
static bool make_room(struct report *report)
{
	size_t rows = 1;

	report->row_count = 0;
	for (int k = 0; k < report->kernel_count; k++) {
		rows += (size_t)report->kernel[k].record->run_count;
		for (const char *at = report->kernel[k].plan; at && *at; at++)
			rows += *at == '\n' || !at[1];
	}
	report->row = calloc(rows, sizeof *report->row);
	report->cell = calloc(rows * (size_t)(report->kernel_count + 1), sizeof *report->cell);
	return report->row && report->cell;
}

static void add_row(struct report *report, const char *experiment, const char *family)
{
	for (int i = 0; i < report->row_count; i++)
		if (!strcmp(report->row[i].experiment, experiment) &&
			!strcmp(report->row[i].family, family))
			return;
	report->row[report->row_count] = (struct report_row){experiment, family,
		&report->cell[(size_t)report->row_count * (size_t)report->kernel_count]};
	report->row_count++;
}

/* Adds the runs of a plan, whose blanks and newlines become the ends of the words. */
static bool add_plan(struct report *report, char *plan)
{
	char *next;

	for (char *line = plan; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		char *blank = strchr(line, ' ');

		if (!blank || blank == line || !blank[1] || strchr(blank + 1, ' '))
			return false;
		*blank = '\0';
		add_row(report, line, blank + 1);
	}
	return true;
}

static bool fill_cell(struct report_cell *cell, const struct record_run *run)
{
	cell->run = run;
	cell->verdict = run ? run->verdict : VERDICT_ERROR;
	if (cell->verdict != VERDICT_EXPECTED && cell->verdict != VERDICT_DEVIATES)
		return true;
	cell->essence = trace_essence(run->trace, run->verdict == VERDICT_DEVIATES);
	return cell->essence;
}

/* The letter after the last one, 0: A to Z, a to z; then no more are told apart. */
static char next_letter(char letter)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const char *at = letter ? strchr(letters, letter) : NULL;

	if (!at)
		return letters[0];
	return *(at[1] ? at + 1 : at);
}

/* Gives the cell the letter of an earlier one with the same trace: of a column to the left, or of a
 * row above in the same column. */
static void give_letter(struct report *report, int row, int kernel, char *last)
{
	struct report_cell *cell = &report->row[row].cell[kernel];

	for (int i = 0; cell->essence && i < report->row_count; i++)
		for (int k = 0; k <= kernel &&
				!strcmp(report->row[i].experiment, report->row[row].experiment);
			k++) {
			const struct report_cell *other = &report->row[i].cell[k];

			if (other->letter && !strcmp(other->essence, cell->essence)) {
				cell->letter = other->letter;
				return;
			}
		}
	if (cell->essence)
		cell->letter = *last = next_letter(*last);
}

/* The last letter given to a cell of this experiment; 0: none yet. */
static char last_letter(const struct report *report, const char *experiment)
{
	char last = 0;

	for (int i = 0; i < report->row_count; i++)
		for (int k = 0; k < report->kernel_count; k++) {
			char letter = report->row[i].cell[k].letter;

			/* Lower case letters come last, as in ASCII. */
			if (letter > last && !strcmp(report->row[i].experiment, experiment))
				last = letter;
		}
	return last;
}

int report_judge(struct report *report)
{
	if (!make_room(report))
		return -ENOMEM;
	for (int k = 0; k < report->kernel_count; k++)
		if (!add_plan(report, report->kernel[k].plan))
			return -EINVAL;
	for (int k = 0; k < report->kernel_count; k++)
		for (int i = 0; i < report->kernel[k].record->run_count; i++) {
			const struct record_run *run = &report->kernel[k].record->run[i];

			add_row(report, run->name, run->family);
		}
	for (int k = 0; k < report->kernel_count; k++)
		for (int i = 0; i < report->row_count; i++) {
			struct report_row *row = &report->row[i];

			if (!fill_cell(&row->cell[k], record_find(report->kernel[k].record,
							      row->experiment, row->family)))
				return -ENOMEM;
			char last = last_letter(report, row->experiment);

			give_letter(report, i, k, &last);
		}
	return 0;
}

enum status report_status(const struct report *report)
{
	enum status status = STATUS_SKIPPED;

	for (int k = 0; k < report->kernel_count; k++) {
		const struct run_record *record = report->kernel[k].record;

		for (int i = 0; i < report->row_count; i++)
			status = status_merge(
				status, verdict_status(report->row[i].cell[k].verdict));
		if (!record->complete)
			status = status_merge(status, STATUS_ENVIRONMENT);
		if (record->log.during)
			status = status_merge(status, STATUS_DEVIATES);
	}
	return status;
}

char *report_reason(const struct report_cell *cell)
{
	static const char *const fronts[] = {"# skipped: ", "# error: "};
	const char *trace = cell->run ? cell->run->trace : "";

	if (cell->verdict != VERDICT_SKIPPED && cell->verdict != VERDICT_ERROR)
		return NULL;
	for (size_t length; *trace; trace += length + (trace[length] != '\0')) {
		length = strcspn(trace, "\n");
		for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
			if (!strncmp(trace, fronts[i], strlen(fronts[i])))
				return strndup(
					trace + strlen(fronts[i]), length - strlen(fronts[i]));
	}
	return NULL;
}
