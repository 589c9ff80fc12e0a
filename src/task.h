/*
 * task: an experiment on one family, run as often as asked for, and the report of it: what there is
 * to say about it and to add up.
 */
#ifndef CLOSEWAIT_TASK_H
#define CLOSEWAIT_TASK_H

#include "progress.h"
#include "runner.h"
#include "status.h"

struct task {
	const struct experiment *experiment;
	enum family family;
};

/* How, whichever task it is. */
struct task_options {
	long repeat; /* runs, or until one is not as expected; 1 or more */
	bool line;   /* the report is a line instead of the trace, unless it deviates */
	bool colour;
};

/* What there is to do, and how. */
struct work {
	int task_count;
	const struct task *task;
	struct task_options options;
	struct session_options session;
	struct progress *progress;
};

struct report {
	enum status status;
	int runs, steps, deviations;
	bool whole;                /* text is a trace, not a line */
	char reason[REASON_LIMIT]; /* of an error, for stderr; empty: there was none */
	char *text;                /* for stdout; NULL: nothing */
	size_t length;             /* of text, in bytes */
};

/* Runs the task at index in session, and counts its runs in the progress. Never fails: an error is
 * a report, too. Free the report's text. */
struct report task_run(const struct work *work, int index, struct session *session);

/* The report of a task that was lost, an error for this reason. Free its text. */
struct report task_lost(const struct work *work, int index, const char *reason);

#endif
