/*
 * orders: the work of closewait orders: each order that is planned, run once with awaits between
 * the steps, and some times without.
 */
#ifndef CLOSEWAIT_ORDERS_H
#define CLOSEWAIT_ORDERS_H

#include "explore/orders_plan.h"
#include "pool/job.h"

/* What a run, or several that gave the same, came to. */
struct sighting {
	enum { ORDER_ENDED, ORDER_BLOCKED, ORDER_BROKEN } kind;
	bool settled;   /* with awaits */
	bool disagrees; /* the model says something else; of a settled one */
	int blocked;    /* of ORDER_BLOCKED: the step of the script that does not end */
	long runs;
	int steps;      /* of the text */
	size_t size;    /* of the text */
	size_t trouble; /* bytes of the trace behind it that shows what disagrees or is broken */
};

/* A result's text is sightings, each followed by what these point to. */
struct told_sighting {
	struct sighting sighting;
	const struct result *observed, *predicted; /* by index into the script */
	const char *text;                          /* the experiment, with its results; no NUL */
	const char *trouble;
};

/* Are the results of two runs the same, to the last step? */
bool orders_same(const struct orders *orders, const struct result *a, const struct result *b);

/* Reads the sighting at *at, which moves behind it; false at the end. */
bool orders_told(const struct orders *orders, const struct job_result *result, size_t *at,
	struct told_sighting *told);

/* As of struct work; the context is a struct orders. */
struct job_result orders_run(const struct work *work, int task, struct session *session);
struct job_result orders_lost(const struct work *work, int task, const char *reason);

#endif
