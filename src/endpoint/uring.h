/*
 * uring: one request by io_uring, on a ring of its own, until its completion or the deadline.
 */
#ifndef CLOSEWAIT_URING_H
#define CLOSEWAIT_URING_H

#include "endpoint/state.h"
#include "language/result.h"

#include <liburing.h>

/* Fills in the request; context is the caller's. */
typedef void uring_prepare(struct io_uring_sqe *sqe, const void *context);

/* Submits the one request of e and waits for its completion; result is that of a call: what it
 * gave, or -1 and the errno. RESULT_LACKING where there is no io_uring (ENOSYS, or EPERM by
 * io_uring_disabled or a seccomp filter), or where the kernel does not know the opcode, as it says
 * itself (IORING_REGISTER_PROBE): a request of it would be EINVAL. */
void uring_run(const struct endpoint *e, enum io_uring_op opcode, uring_prepare *prepare,
	const void *context, struct result *result);

/* Cancels the request that another thread waits for on ring, and waits until it is over; result is
 * the kernel's answer. RESULT_LACKING before 6.0 (IORING_REGISTER_SYNC_CANCEL). */
void uring_cancel(int ring, struct result *result);

#endif
