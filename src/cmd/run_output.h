/*
 * run_output: the results of closewait run in the format that was asked for: what stands around the
 * traces, and what they come to.
 */
#ifndef CLOSEWAIT_RUN_OUTPUT_H
#define CLOSEWAIT_RUN_OUTPUT_H

#include "cmd/run_job.h"

struct run_output {
	const struct work *work; /* its context is a struct tasks */
	const struct format *format;
	FILE *out; /* stdout, or what holds the traces back */
	char *held;
	size_t held_size;
	struct format_totals totals;
};

/* Begins the output of the work's tasks. False without memory. */
bool run_output_begin(struct run_output *output, const struct work *work);

/* Prints the next task's result, and adds it up. */
void run_output_give(struct run_output *output, const struct job_result *result);

/* Ends the output, after runs that took spent nanoseconds: tells of the tasks that were not run,
 * where the format is complete, each as an error. False without memory: then what was held back is
 * missing in an output that is well-formed. */
bool run_output_end(struct run_output *output, int64_t spent);

#endif
