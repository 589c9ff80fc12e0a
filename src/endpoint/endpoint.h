/*
 * endpoint: one socket of an experiment and the calls made on it.
 *
 * The client in the parent and the server in the listener's process both are endpoints and run
 * their steps through this module alone; nothing else makes socket calls of an experiment. Calls
 * block as they do in a program; a timer that signals this thread at the deadline, and again until
 * the step is over, ends what would block for ever.
 *
 * Threads. An endpoint belongs to one thread, which calls everything below. A step with '&', and
 * each call by io_uring, is made in a second thread, on a copy of the struct: that thread reads and
 * writes the copy alone, and never the endpoint. Both threads have the same descriptors: they are
 * the process's. The owner waits for a call by io_uring in front; while a step in the background is
 * under way it goes on and writes its own fields:
 *
 *     fd, duplicate, listen_fd
 *               after a close in the background was started, as if it were over: the thread has
 *               only the number that it calls close(2) with
 *     local     after a connect in the background was started: the kernel has chosen it
 *     fd, strangers
 *               at the join of an accept. The accepted descriptor and its peer are in the copy's fd
 *               and remote until then; only the owner knows whether the peer is the client. One
 *               that is never joined is reset by endpoint_reset.
 *     background
 *               what is known of the thread: background.c's. In it, what tells of the call's end
 *               is atomic, and its result is read after that.
 *     in_background
 *               true in the copy alone, false in the endpoint
 *     the rest  by the steps that run in front, and before and after an experiment
 *
 * Data. What is sent is a text or zeroes, which no call writes to. What is received goes to a
 * buffer of the call's own, and how it begins becomes part of the result (buffer.h).
 *
 * Signals. The deadline's goes to the thread whose timer it is, and ends that thread's call alone.
 * SIGPIPE goes to the thread whose call raised it. The owner has it by the disposition that the
 * sigpipe step chose. The second thread blocks all signals but its deadline's: its SIGPIPE stays
 * pending, whatever the disposition, until the end of the call takes it (sigpipe_take) or the
 * thread ends; and what is sent to the process finds the owner.
 */
#ifndef CLOSEWAIT_ENDPOINT_H
#define CLOSEWAIT_ENDPOINT_H

#include "endpoint/state.h"
#include "language/family.h"
#include "language/outcome.h"
#include "language/result.h"
#include "language/step.h"

#include <stdbool.h>
#include <stdint.h>

/* An endpoint with nothing open. */
struct endpoint endpoint_new(enum who who);

/* Gives endpoint a fresh socket of family (client) or one that listens on an ephemeral port of its
 * address at place (server; a listening socket that is still good is kept, wherever it is). local
 * is the listening address then; remote is the caller's to fill in. Returns 0 or a negative errno.
 */
int endpoint_open(struct endpoint *endpoint, enum family family, enum place place);

/* Ends an experiment: closes the connection, with a reset so that nothing lingers. A server keeps
 * its listening socket for the next experiment unless connections may wait on it or options were
 * set. */
void endpoint_reset(struct endpoint *endpoint);

/* Will endpoint_reset keep the listening socket? */
bool endpoint_is_reusable(const struct endpoint *endpoint);

/* Closes everything. */
void endpoint_close_all(struct endpoint *endpoint);

/* How many connections that are not remote's came to the server in this experiment? Refuses those
 * that still wait, up to twice as many as can wait at once. The server accepts nothing afterwards.
 */
int endpoint_strangers(struct endpoint *endpoint);

/* Runs one step; deadline in CLOCK_MONOTONIC nanoseconds. */
void endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);

#endif
