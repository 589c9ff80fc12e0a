/*
 * outcome_set: what the orders of some programs came to on a family: the set of outcomes, each a
 * result for every step, and whether the model names the same set.
 */
#ifndef CLOSEWAIT_OUTCOME_SET_H
#define CLOSEWAIT_OUTCOME_SET_H

#include "explore/orders.h"

enum {
	NAMED_ORDERS = 6,  /* of each outcome */
	TROUBLE_LIMIT = 3, /* traces of disagreements */
};

/* Results are by index into the script. */
struct order_outcome {
	struct result *result;
	long orders;              /* that gave it, settled */
	long runs;                /* that gave it, unsettled */
	long order[NAMED_ORDERS]; /* the first of them */
	int named_orders;
	char *text;    /* the shortest experiment that shows it, without its use line */
	int steps;     /* of text */
	bool settled;  /* is text? */
	bool modelled; /* the model has it, too */
	bool expected; /* the file does not say otherwise */
};

/* What the model says of an order, and how many orders it says that of. */
struct order_prediction {
	struct result *result;
	bool unknown; /* in part */
	bool observed;
	long orders;
};

struct outcome_set {
	const struct orders *orders;
	enum family family;
	int tasks; /* that were added; fewer than there are when an earlier one stopped the run */
	int count;
	struct order_outcome *outcome; /* by how many orders gave it, most first */
	int prediction_count;
	struct order_prediction *prediction;
	long ended, blocked;     /* orders */
	bool blocks[STEP_LIMIT]; /* by index into the script: an order cannot go on behind it */
	long runs;               /* unsettled, of all orders together */
	long disagreements;      /* orders of which kernel and model say different things */
	int trouble_count;
	char *trouble[TROUBLE_LIMIT]; /* the traces of the first of them */
	enum status status;
	char reason[REASON_LIMIT]; /* of an error or a skip */
};

void outcome_set_begin(struct outcome_set *set, const struct orders *orders, enum family family);

/* Adds what the task of that index gave. Without memory the set's status and reason say so. */
void outcome_set_add(struct outcome_set *set, int index, const struct job_result *result);

/* When all is there: sorts it, and holds the model's outcomes against the kernel's. Without all of
 * its tasks the set tells nothing: its status and reason say so. */
void outcome_set_end(struct outcome_set *set);

void outcome_set_free(struct outcome_set *set);

/* Does the file expect a result of a step that is put in order? */
bool outcome_set_has_expectations(const struct outcome_set *set);

/* Do two sets have the same outcomes of as many orders, and the same to say of the model? */
bool outcome_sets_same(const struct outcome_set *a, const struct outcome_set *b);

#endif
