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

/* model_new(), with nothing decided yet. */
void worlds_begin(struct worlds *worlds, enum family family, struct version kernel);

/* model_predict() in each of them, whichever way each choice goes: what they answer, as
 * alternatives where they differ; unknown where one is, or where they are too many. */
struct prediction worlds_predict(struct worlds *worlds, const struct step *step);

#endif
