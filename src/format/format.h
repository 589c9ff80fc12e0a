/*
 * format: the formats of closewait run: traces as text, or as what other programs read. Pure.
 *
 * A format is a file and a row in format_table.c.
 */
#ifndef CLOSEWAIT_FORMAT_H
#define CLOSEWAIT_FORMAT_H

#include "trace/trace.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A trace, and what there is to tell of how it came about. */
struct format_trace {
	const struct trace *trace;
	int number, count; /* which of how many; from 1 */
	bool again;        /* the one before is of the same experiment */
	long runs, repeat; /* how often it was run, the last of which is the trace; and was to be */
	int64_t spent;     /* by these runs, nanoseconds */
	bool line;         /* as text: a line of it is enough, unless it deviates */
	int width;         /* as text: columns of such a line */
	bool colour;       /* as text: on a terminal that shows it */
};

/* What all traces of a command come to. */
struct format_totals {
	const char *name; /* of the experiment, where it is one; otherwise NULL */
	int count, given; /* traces: that there were to be, and are */
	int missing;      /* of those given: of no run at all */
	int verdict[VERDICT_ERROR + 1];
	long runs, steps, deviations, unasserted;
	int64_t spent; /* nanoseconds */
	bool line;     /* as of struct format_trace */
};

struct format {
	const char *name;
	bool complete;     /* a trace that there was to be is an error when it was not run: the
			      reader counts them */
	bool totals_first; /* the totals are needed by begin: all traces are held back for them */
	bool states;       /* shows the ends' states behind each step: they are asked for */
	bool one;          /* of one trace alone */
	/* In this order: once, of the totals only count and line are there unless they come first;
	 * for each trace, in any process, false without memory; and once. NULL: nothing to print.
	 */
	void (*begin)(const struct format_totals *totals, FILE *out);
	bool (*print)(const struct format_trace *trace, FILE *out);
	void (*end)(const struct format_totals *totals, FILE *out);
};

extern const struct format formats[]; /* ends with a NULL name; the first is the default */

/* The format called name, or NULL. */
const struct format *format_find(const char *name);

/* (format_text.c) The trace itself, as trace_print has it; or a line. */
bool format_text_print(const struct format_trace *trace, FILE *out);
void format_text_end(const struct format_totals *totals, FILE *out);

/* (format_json.c) JSON lines: an object for each trace. */
bool format_json_print(const struct format_trace *trace, FILE *out);

/* (format_tap.c) KTAP, which readers of TAP read, too: a test point for each trace. */
void format_tap_begin(const struct format_totals *totals, FILE *out);
bool format_tap_print(const struct format_trace *trace, FILE *out);
void format_tap_end(const struct format_totals *totals, FILE *out);

/* (format_junit.c) JUnit's XML: a testsuite, and in it a testcase for each trace. */
void format_junit_begin(const struct format_totals *totals, FILE *out);
bool format_junit_print(const struct format_trace *trace, FILE *out);
void format_junit_end(const struct format_totals *totals, FILE *out);

/* (format_html.c) A page, which a browser shows, with a ladder diagram of each trace. */
void format_html_begin(const struct format_totals *totals, FILE *out);
bool format_html_print(const struct format_trace *trace, FILE *out);
void format_html_end(const struct format_totals *totals, FILE *out);

/* (format_svg.c) The ladder diagram alone. */
bool format_svg_print(const struct format_trace *trace, FILE *out);

/* (format_github.c) Annotations of GitHub's: a line for each step and packet that deviates, and for
 * what was skipped or failed to run; in the end how many traces there were. */
bool format_github_print(const struct format_trace *trace, FILE *out);
void format_github_end(const struct format_totals *totals, FILE *out);

#endif
