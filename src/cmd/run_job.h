/*
 * run_job: the work of closewait run: an experiment on one family, run as often as asked for, and
 * its trace.
 */
#ifndef CLOSEWAIT_RUN_JOB_H
#define CLOSEWAIT_RUN_JOB_H

#include "cmd/selection.h"
#include "format/format.h"
#include "pool/job.h"

/* How, whichever task it is. */
struct task_options {
	const struct format *format;
	long repeat;       /* runs, or until one is not as expected; 1 or more */
	bool line, colour; /* as of struct format_trace */
	int width;
};

/* The context of the work. */
struct tasks {
	struct selection selection;
	struct task_options options;
};

/* As of struct work. */
struct job_result run_job_run(const struct work *work, int index, struct session *session);
struct job_result run_job_lost(const struct work *work, int index, const char *reason);

#endif
