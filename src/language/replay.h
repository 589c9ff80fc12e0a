/*
 * replay: what no step can do again, as the comments of a recorded trace tell it. Pure.
 */
#ifndef CLOSEWAIT_REPLAY_H
#define CLOSEWAIT_REPLAY_H

#include "language/experiment.h"

/* A comment line that begins with this says that what stands behind it happened here, and why no
 * step does it again: without it, what follows comes out otherwise. */
#define REPLAY_CANNOT "cannot be replayed: "

/* Says of each such line of the experiment "name:line:column: cannot be replayed: ...", and below
 * them what to do. Returns whether there is none. */
bool replay_is_whole(const struct experiment *experiment, FILE *errors);

#endif
