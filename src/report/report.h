/*
 * report: the records of several kernels side by side: experiments down, kernels across. Pure.
 *
 * A cell's verdict is an error until a whole record says otherwise. Cells of an experiment,
 * whatever their kernel and family, have the same letter when their traces are the same, comments
 * left out; letters count from 'A' in the order of the columns.
 */
#ifndef CLOSEWAIT_REPORT_H
#define CLOSEWAIT_REPORT_H

#include "report/record.h"
#include "util/message.h"

#include <stdbool.h>
#include <stdio.h>

enum { REPORT_KERNELS = 257, REPORT_TAIL = 12 /* last lines of a console that are told */ };

struct report_kernel {
	const char *label;
	char *plan;         /* what was asked for: lines of "EXPERIMENT FAMILY" */
	char *about, *host; /* "KEY VALUE" lines: of the image; of the machine that ran it */
	char *console;
	struct run_record *record;
};

struct report_cell {
	enum verdict verdict;
	char letter;                  /* 0: a run that was skipped or failed has none */
	const struct record_run *run; /* NULL: none arrived */
	char *essence; /* the trace without comments; NULL where there is no letter */
};

struct report_row {
	const char *experiment, *family; /* in a plan or a record */
	struct report_cell *cell;        /* one a kernel */
};

struct report {
	int kernel_count, row_count;
	struct report_kernel *kernel;
	struct report_row *row;
	struct report_cell *cell; /* of all rows */
};

/* A report for that many kernels, whose fields the caller fills in; record is needed, and
 * everything but the label is freed with the report. NULL without memory. */
struct report *report_new(int kernels);

void report_free(struct report *report);

/* Makes the rows, of what was asked for and of what the records have beyond that, and fills in the
 * cells. Returns 0; -EINVAL when a line of a plan is none, -ENOMEM. */
int report_judge(struct report *report);

/* The exit status: of all cells; an incomplete record is an error, and alarming lines in the
 * kernel's log during the runs are a deviation. */
enum status report_status(const struct report *report);

/* Why a run was skipped or failed, as its trace says; NULL when it does not. For free(3). */
char *report_reason(const struct report_cell *cell);

/* What a laid-out format puts around the parts of a line. */
struct report_markup {
	const char *row_begin, *column, *row_end; /* of the table */
	bool has_rule;    /* a line below the table's head, every column full */
	const char *item; /* before a line of a list */
	const char *block_title, *block_begin,
		*block_end; /* around a block's title, and behind it */
};

extern const struct report_markup report_text, report_markdown;

/* How a report is laid out. */
struct report_style {
	const struct report_markup *markup;
	bool brief; /* without the rows and traces of what is as it should be everywhere */
};

/* Prints the table, and below it each kernel, and the details. Brief, the rows of runs that are as
 * expected, with one trace wherever they are not skipped, are counted instead. */
void report_print(const struct report *report, struct report_style style, FILE *out);

/* Prints the details alone: where a letter changes from a kernel to the next that ran the
 * experiment, the difference between the two traces, unless the style is brief; the deviations; and
 * what went wrong with a kernel as a whole. */
void report_print_details(const struct report *report, struct report_style style, FILE *out);

/* Compares every kernel with the first one, a stored one, and prints for each a line of what
 * changed since: runs whose verdict or trace is another one. Below, unless the style is brief, the
 * differences. Runs that the stored one does not have are counted apart, and so are those of
 * report_rewritten(). A stored record that is not whole is told first. */
void report_print_against(const struct report *report, struct report_style style, FILE *out);

/* (report_rewritten.c) Is the experiment of row i another one for kernel k than it was for the
 * first, whose closewait had an older catalogue, so that only the verdicts can be compared, which
 * are the same? Its steps are others, or it names packets now, or none. */
bool report_rewritten(const struct report *report, int i, int k);

/* The exit status of that: a change is a deviation, an incomplete record an error. */
enum status report_status_against(const struct report *report);

/* (report_print.c) The sign of a verdict. */
char report_sign(enum verdict verdict);

/* (report_print.c) Neighbouring families of an experiment that did the same on every kernel share a
 * line: the row behind the last of them. */
int report_group_end(const struct report *report, int begin);

/* (report_details.c) Prints the differences to the first kernel, each letter's once an experiment.
 */
void report_print_differences(const struct report *report, struct report_style style, FILE *out);

/* (report_differences.c) Prints, of a record that has differences to Linux, a table of them: the
 * call, what it gives on Linux and on this stack, in how many of the repetitions it was seen again,
 * and the shortest experiment that shows it. Nothing of one that has none. */
void report_print_stack(
	const struct report_kernel *kernel, const struct report_markup *markup, FILE *out);

/* A format: laid out, or printed by a function of its own, which is always complete. */
struct report_format {
	const char *name;
	const struct report_markup *markup;
	bool (*print)(const struct report *report, FILE *out);
};

extern const struct report_format
	report_formats[]; /* ends with a NULL name; the first is the default */

/* Prints the report in this format. False without memory. */
bool report_print_as(
	const struct report_format *format, const struct report *report, bool brief, FILE *out);

/* Prints a JSON object a line for each kernel, experiment and family. False without memory. */
bool report_print_json(const struct report *report, FILE *out);

/* (report_html.c) Prints a page: the table, with the traces that its cells lead to. False without
 * memory. */
bool report_print_html(const struct report *report, FILE *out);

#endif
