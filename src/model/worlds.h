/*
 * worlds: the model where something was up to the kernel: each state that the connection may be in
 * by now, side by side. Pure.
 */
#ifndef CLOSEWAIT_WORLDS_H
#define CLOSEWAIT_WORLDS_H

#include "model/model.h"

/* Beyond so many every further answer is unknown. */
enum { WORLDS_LIMIT = 16 };

struct worlds {
	int count;
	struct model world[WORLDS_LIMIT];
};

/* Begins with a model at the start: model_of(), model_new(). */
void worlds_begin(struct worlds *worlds, struct model start);

/* model_predict() in each of them, whichever way each choice goes: what they answer, as
 * alternatives where they differ; unknown where one is, or where they are too many. */
struct prediction worlds_predict(struct worlds *worlds, const struct step *step);

/* Is told of each way in which a step may go: the model before it, and what that answers. */
typedef void worlds_listener(
	const struct model *before, const struct prediction *prediction, void *context);

/* worlds_predict(), and tells of each way. */
struct prediction worlds_predict_telling(
	struct worlds *worlds, const struct step *step, worlds_listener *tell, void *context);

#endif
