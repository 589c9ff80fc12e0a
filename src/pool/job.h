/*
 * job: what there is to do in sessions, task by task, and the result of a task: what there is to
 * say about it and to add up.
 */
#ifndef CLOSEWAIT_JOB_H
#define CLOSEWAIT_JOB_H

#include "pool/progress.h"
#include "run/runner.h"
#include "util/message.h"

struct job_result {
	enum status status;
	long runs, skipped, steps, deviations, unasserted;
	char reason[REASON_LIMIT]; /* of an error, for stderr; empty: there was none */
	char *text;                /* for stdout; NULL: nothing */
	size_t length;             /* of text, in bytes */
};

struct work {
	int count; /* tasks */
	/* Runs a task, 0 to count - 1, in session, and counts its runs in the progress. Never
	 * fails: an error is a result, too. Free the result's text. */
	struct job_result (*run)(const struct work *work, int task, struct session *session);
	/* The result of a task that was lost with its process, an error for this reason. Free its
	 * text. */
	struct job_result (*lost)(const struct work *work, int task, const char *reason);
	const void *context; /* of both */
	struct session_options session;
	struct progress *progress;
};

#endif
