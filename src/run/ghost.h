/*
 * ghost: an end whose process ended. Nobody has a descriptor of it, so what its addresses tell is
 * all that is left to be looked at.
 */
#ifndef CLOSEWAIT_GHOST_H
#define CLOSEWAIT_GHOST_H

#include "endpoint/endpoint.h"

/* The end of who on family, from local to remote. Close it with endpoint_close_all: its steps may
 * have opened descriptors of their own. */
struct endpoint ghost_make(enum who who, enum family family, const struct address *local,
	const struct address *remote);

/* Runs a step of it. What its process would have done with a signal gives -1 ESRCH: here it would
 * be this process's signal. */
void ghost_run(
	struct endpoint *ghost, const struct step *step, int64_t deadline, struct outcome *outcome);

#endif
