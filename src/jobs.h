/*
 * jobs: runs tasks in a session and gives their reports in order.
 */
#ifndef CLOSEWAIT_JOBS_H
#define CLOSEWAIT_JOBS_H

#include "task.h"

struct jobs {
	struct work work;
	/* Called for each task in order, as soon as it is done. */
	void (*give)(void *context, const struct task *task, const struct report *report);
	void *context;
	bool captured; /* set by jobs_run: packets went to the session's capture, if there is one */
};

/* Runs the tasks. Messages go to stderr: for each part that cannot be observed, and when the
 * session cannot be opened. Returns STATUS_SKIPPED, or STATUS_ENVIRONMENT then: what the tasks gave
 * is in their reports. */
enum status jobs_run(struct jobs *jobs);

#endif
