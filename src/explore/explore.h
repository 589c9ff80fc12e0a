/*
 * explore: the work of closewait explore: random experiments, in which the kernel and the model
 * must agree, and the shortest experiment of each disagreement.
 */
#ifndef CLOSEWAIT_EXPLORE_H
#define CLOSEWAIT_EXPLORE_H

#include "pool/job.h"

enum { DISAGREEMENTS_LIMIT = 10 }; /* with as many nothing more is explored */

/* The context of the work: experiments first to first + count - 1 of seed. A task is a batch of
 * them. */
struct exploration {
	long seed, first, count, steps, batch;
	unsigned families; /* of plain TCP, one at least */
	bool colour;
};

/* How many tasks there are. */
int explore_tasks(const struct exploration *exploration);

/* As of struct work. A result's deviations are disagreements, its text has each of them. */
struct job_result explore_run(const struct work *work, int task, struct session *session);
struct job_result explore_lost(const struct work *work, int task, const char *reason);

#endif
