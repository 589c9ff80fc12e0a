/*
 * background: a step started with '&', in a thread of its own, until the step join fetches its
 * result. An endpoint has one at a time.
 */
#ifndef CLOSEWAIT_BACKGROUND_H
#define CLOSEWAIT_BACKGROUND_H

#include "endpoint/state.h"
#include "language/result.h"

/* Starts the step, under the calling thread's deadline. Returns 0 when its call is over or the
 * kernel shows the thread asleep in it; or a negative errno: no thread (pthread_create(3),
 * timer_create(2)), no look at it, -EBUSY when there is one already. */
int background_start(struct endpoint *endpoint, const struct step *step);

/* What was seen may have woken the call that sleeps in the background: waits until it sleeps again
 * or is over, and has taken what it takes. There is one. Returns as background_start. */
int background_settle(struct endpoint *endpoint);

/* Waits until the step in the background is over: the result is that step's, and what it did to the
 * endpoint is done. EINVAL when there is none. */
void background_join(struct endpoint *endpoint, struct result *result);

/* Runs a step, which is not one in the background, in a thread as if it were, and waits for it. */
void background_run(struct endpoint *endpoint, const struct step *step, struct result *result);

/* Ends a step whose result nobody fetched, at once. Nothing happens when there is none. */
void background_end(struct endpoint *endpoint);

#endif
