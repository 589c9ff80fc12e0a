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

/* An event that was just observed may have woken the call in the background: waits until that call
 * sleeps again or is over, so that it has consumed what it will consume. There must be one. Returns
 * as background_start. */
int background_settle(struct endpoint *endpoint);

/* Waits until the step in the background is over: the result is that step's, and what it did to the
 * endpoint is done. EINVAL when there is none. */
void background_join(struct endpoint *endpoint, struct result *result);

/* Is there a step in the background that sleeps in its call, and that nothing has woken? 1 or 0;
 * RESULT_FAILED when the kernel does not let one look. */
void background_sleeps(struct endpoint *endpoint, struct result *result);

/* Cancels the request by io_uring that the step in the background waits for; ENOENT when it waits
 * for none any more. */
void background_cancel(const struct endpoint *endpoint, struct result *result);

/* Runs a step, which is not one in the background, in a thread as if it were, and waits for it. */
void background_run(struct endpoint *endpoint, const struct step *step, struct result *result);

/* Ends at once a step that was not joined. Does nothing when there is none. */
void background_end(struct endpoint *endpoint);

#endif
