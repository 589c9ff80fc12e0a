/*
 * The kernel takes a closed ring apart later, and for that it interrupts the task that used it, as
 * a signal would (io_ring_exit_work()): a later call of that task that sleeps would give EINTR for
 * no reason of the experiment's. So each request is made in a thread that ends with it (BY_URING).
 */
#include "endpoint/uring.h"

#include "endpoint/calls.h"
#include "util/deadline.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DEPTH = 2 /* the request, and what cancels it */ };

static char request_tag, cancel_tag; /* user_data */

/* Waits for the next completion. Returns whose it is (NULL: there is none, because the deadline has
 * passed or waiting failed) and its result or a negative errno. */
static void *complete(struct io_uring *ring, bool under_deadline, int *result)
{
	struct io_uring_cqe *cqe;

	do
		*result = io_uring_wait_cqe(ring, &cqe);
	while (*result == -EINTR && !(under_deadline && deadline_passed()));
	if (*result)
		return NULL;
	void *whose = io_uring_cqe_get_data(cqe);

	*result = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	return whose;
}

/* The request holds a reference to the socket, which would outlive close(2): it has to be over. */
static void cancel(struct io_uring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	bool over = false, canceled = false;

	io_uring_prep_cancel(sqe, &request_tag, 0);
	io_uring_sqe_set_data(sqe, &cancel_tag);
	if (io_uring_submit(ring) < 0)
		return;
	while (!over || !canceled) {
		int result;
		void *whose = complete(ring, false, &result);

		if (!whose)
			return;
		over |= whose == &request_tag;
		canceled |= whose == &cancel_tag;
	}
}

/* Submits the one request and waits for it. Returns its result or a negative errno. */
static int run(struct io_uring *ring)
{
	int result = io_uring_submit(ring);

	if (result < 0)
		return result;
	if (!complete(ring, true, &result) && result == -EINTR)
		cancel(ring);
	return result;
}

/* Asked of this kernel, not of its version. */
static bool knows(struct io_uring *ring, enum io_uring_op opcode)
{
	struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
	bool known = probe && io_uring_opcode_supported(probe, (int)opcode);

	io_uring_free_probe(probe);
	return known;
}

/* Publishes the ring, or that it is gone. */
static void publish(const struct endpoint *e, int ring)
{
	if (e->ring)
		atomic_store(e->ring, ring);
}

void uring_run(const struct endpoint *e, enum io_uring_op opcode, uring_prepare *prepare,
	const void *context, struct result *result)
{
	struct io_uring ring;
	int returned = io_uring_queue_init(DEPTH, &ring, 0);

	if (returned) {
		bool lacking = returned == -ENOSYS || returned == -EPERM;

		*result = (struct result){
			.kind = lacking ? RESULT_LACKING : RESULT_FAILED, .value = -returned};
		return;
	}
	if (!knows(&ring, opcode)) {
		io_uring_queue_exit(&ring);
		*result = (struct result){.kind = RESULT_LACKING, .value = EINVAL};
		return;
	}
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	prepare(sqe, context);
	io_uring_sqe_set_data(sqe, &request_tag);
	publish(e, ring.ring_fd);
	returned = run(&ring);
	publish(e, -1);
	io_uring_queue_exit(&ring);
	errno = -returned;
	*result = result_of_call(returned < 0 ? -1 : returned);
}

void uring_cancel(int ring, struct result *result)
{
	struct io_uring_sync_cancel_reg request = {
		.addr = (uintptr_t)&request_tag, .timeout = {.tv_sec = -1, .tv_nsec = -1}};
	long returned =
		syscall(SYS_io_uring_register, ring, IORING_REGISTER_SYNC_CANCEL, &request, 1);

	*result = result_of_call(returned);
	if (returned < 0 && errno == EINVAL)
		result->kind = RESULT_LACKING;
}
