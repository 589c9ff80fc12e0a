/*
 * model: what Linux answers to each step, without asking it.
 *
 * A small executable specification of a TCP connection over loopback: RFC 9293's states on both
 * ends and, beside them, what Linux keeps and RFC 9293 does not: sk_err, the two shutdown bits,
 * SOCK_DONE (state.h). Every rule mirrors a kernel function (rule_texts.c says which). Pure: no
 * system call, no global state; the same steps give the same answers. What it cannot know it
 * answers "unknown".
 */
#ifndef CLOSEWAIT_MODEL_H
#define CLOSEWAIT_MODEL_H

#include "language/experiment.h"
#include "model/rule.h"
#include "model/state.h"

/* Is the family modelled? Plain TCP is, and AF_UNIX's SOCK_STREAM (unix.h). */
bool model_has(enum family family);

/* A model at the start: the client has a fresh socket of family, the server listens. Of a family
 * that is not modelled every answer is unknown. kernel is the one to predict, where a rule changed.
 */
struct model model_new(enum family family, struct version kernel);

/* The same for an experiment: with a network between the ends, and ends beside client and server,
 * if it has them. Whoever asks the model about an experiment begins here. */
struct model model_of(
	const struct experiment *experiment, enum family family, struct version kernel);

/* What must step return? Takes the step, so the next call answers for the step after it. */
struct prediction model_predict(struct model *model, const struct step *step);

#endif
