/*
 * pending: calls in the background: begun, tried again when something wakes them, over.
 */
#ifndef CLOSEWAIT_PENDING_H
#define CLOSEWAIT_PENDING_H

#include "model/state.h"

/* Begins a call that predict has the answers of. It may be over at once. */
void pending_start(
	struct model *m, model_operation *predict, const struct step *step, struct prediction *p);

/* Ends the calls in the background that a change lets end. */
void pending_wake(struct model *m);

/* The call is over, and with it the last reference to a socket, if it was closed meanwhile. */
void pending_release(struct model *m, struct pending *pending);

#endif
