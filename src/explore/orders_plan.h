/*
 * orders_plan: which orders of an experiment's programs are run, on which families.
 */
#ifndef CLOSEWAIT_ORDERS_PLAN_H
#define CLOSEWAIT_ORDERS_PLAN_H

#include "explore/order.h"
#include "util/message.h"

enum { ORDERS_LIMIT = 10000 };

/* A task: an order on a family. Orders that stop at the same step, as the model has it, are one. */
struct orders_task {
	long order; /* the first of them */
	long weight;
	enum family family;
};

/* All that there is to run. */
struct orders {
	struct programs programs;
	unsigned families;
	struct version kernel; /* that the model is asked about */
	long repeat;           /* runs without awaits */
	long count;            /* orders */
	unsigned char *turn;   /* of all orders, one behind the other */
	int task_count;
	struct orders_task *task;
	/* By indices into the script: the step that the first blocks until, in some order. */
	bool until[STEP_LIMIT][STEP_LIMIT];
};

/* Makes the tasks; programs, families, kernel and repeat are set. Returns STATUS_EXPECTED, or after
 * a message STATUS_MISUSE when there are too many orders, STATUS_ENVIRONMENT without memory. Free
 * it, whatever was returned. */
enum status orders_plan(struct orders *orders);

void orders_free(struct orders *orders);

const unsigned char *orders_turn(const struct orders *orders, long order);

#endif
