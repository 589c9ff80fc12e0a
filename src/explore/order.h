/*
 * order: the experiment in which programs run in one order. Pure.
 *
 * A step that blocks, as the model has it, is started in the background, and joined when another
 * step has let it end, or at the latest before its program's next step. If it does not end before
 * that, the program cannot go on: the order stops there.
 */
#ifndef CLOSEWAIT_ORDER_H
#define CLOSEWAIT_ORDER_H

#include "explore/programs.h"
#include "model/model.h"

enum { NO_STEP_OF_SCRIPT = -1 }; /* of what settles a step, and of a step's start with '&' */

/* What to write. */
struct order_request {
	const struct programs *programs;
	const unsigned char *turn; /* whose, programs->length times */
	enum family family;
	struct version kernel;
	bool settled;           /* with awaits between the steps */
	const bool *background; /* by index into the script: blocks, whatever the model says;
				   NULL: none */
};

struct order {
	char *text; /* for free(3) */
	size_t size;
	/* Of each step of text: the one of the script whose result it has, and whether, if it does
	 * not end, another program could go on meanwhile. */
	int count, script[STEP_LIMIT];
	bool others[STEP_LIMIT];
	/* As the model has it: stops before all steps are taken, since one does not end. */
	bool stopped;
	/* By index into the script: the step that let this one end; NO_STEP_OF_SCRIPT: none. */
	int ended_by[STEP_LIMIT];
};

/* Writes it. False without memory, or with more than STEP_LIMIT steps. Free the text. */
bool order_write(const struct order_request *request, struct order *order);

#endif
