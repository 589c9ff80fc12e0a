/*
 * The calls by io_uring (uring.h), one an opcode.
 */
#include "endpoint/buffer.h"
#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
#include "endpoint/uring.h"

#include <sys/socket.h>
#include <unistd.h>

/* What a request is made of. */
struct request {
	int fd;
	const struct step *step;
	const struct buffer *buffer;
	struct iovec *part; /* the buffer's, */
	int parts;          /* and how many */
	struct address *peer;
	int pipe; /* to splice from */
};

static unsigned length_of(const struct request *r)
{
	return (unsigned)r->buffer->length;
}

static void prepare_write(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_write(sqe, r->fd, r->buffer->bytes, length_of(r), 0);
}

static void prepare_writev(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_writev(sqe, r->fd, r->part, (unsigned)r->parts, 0);
}

static void prepare_send(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_send(
		sqe, r->fd, r->buffer->bytes, r->buffer->length, (int)step_flags(r->step));
}

static void prepare_splice(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_splice(sqe, r->pipe, -1, r->fd, -1, length_of(r), 0);
}

static void prepare_read(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_read(sqe, r->fd, r->buffer->bytes, length_of(r), 0);
}

static void prepare_recv(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_recv(
		sqe, r->fd, r->buffer->bytes, r->buffer->length, (int)step_flags(r->step));
}

static void prepare_shutdown(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_shutdown(sqe, r->fd, (int)r->step->number[0]);
}

static void prepare_close(struct io_uring_sqe *sqe, const void *context)
{
	io_uring_prep_close(sqe, ((const struct request *)context)->fd);
}

static void prepare_connect(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_connect(
		sqe, r->fd, (const struct sockaddr *)&r->peer->storage, r->peer->length);
}

static void prepare_accept(struct io_uring_sqe *sqe, const void *context)
{
	const struct request *r = context;

	io_uring_prep_accept(
		sqe, r->fd, (struct sockaddr *)&r->peer->storage, &r->peer->length, SOCK_CLOEXEC);
}

static void send_by_uring(const struct endpoint *e, const struct step *step,
	enum io_uring_op opcode, uring_prepare *prepare, struct result *result)
{
	struct iovec part[PARTS_LIMIT];
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	struct request r = {.fd = e->fd,
		.step = step,
		.buffer = &from,
		.part = part,
		.parts = buffer_split(&from, step, part)};

	uring_run(e, opcode, prepare, &r, result);
	buffer_close(&from);
}

void endpoint_uring_write(struct endpoint *e, const struct step *step, struct result *result)
{
	send_by_uring(e, step, IORING_OP_WRITE, prepare_write, result);
}

void endpoint_uring_writev(struct endpoint *e, const struct step *step, struct result *result)
{
	send_by_uring(e, step, IORING_OP_WRITEV, prepare_writev, result);
}

void endpoint_uring_send(struct endpoint *e, const struct step *step, struct result *result)
{
	send_by_uring(e, step, IORING_OP_SEND, prepare_send, result);
}

void endpoint_uring_splice(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;
	int end[2];

	if (!buffer_to_send(&from, step, result))
		return;
	if (calls_full_pipe(end, from.bytes, from.length))
		*result = (struct result){.kind = RESULT_FAILED, .value = errno};
	else {
		struct request r = {.fd = e->fd, .step = step, .buffer = &from, .pipe = end[0]};

		uring_run(e, IORING_OP_SPLICE, prepare_splice, &r, result);
		close(end[0]);
		close(end[1]);
	}
	buffer_close(&from);
}

static void receive_by_uring(const struct endpoint *e, const struct step *step,
	enum io_uring_op opcode, uring_prepare *prepare, struct result *result)
{
	struct buffer into;

	if (!buffer_to_receive(&into, step, result))
		return;
	struct request r = {.fd = e->fd, .step = step, .buffer = &into};

	uring_run(e, opcode, prepare, &r, result);
	buffer_keep(&into, result);
	buffer_close(&into);
}

void endpoint_uring_read(struct endpoint *e, const struct step *step, struct result *result)
{
	receive_by_uring(e, step, IORING_OP_READ, prepare_read, result);
}

void endpoint_uring_recv(struct endpoint *e, const struct step *step, struct result *result)
{
	receive_by_uring(e, step, IORING_OP_RECV, prepare_recv, result);
}

void endpoint_uring_shutdown(struct endpoint *e, const struct step *step, struct result *result)
{
	uring_run(e, IORING_OP_SHUTDOWN, prepare_shutdown,
		&(struct request){.fd = e->fd, .step = step}, result);
}

/* Here e is the thread's copy: what it does to the endpoint, background_run does. */
void endpoint_uring_close(struct endpoint *e, const struct step *step, struct result *result)
{
	uring_run(e, IORING_OP_CLOSE, prepare_close, &(struct request){.fd = e->fd, .step = step},
		result);
}

void endpoint_uring_connect(struct endpoint *e, const struct step *step, struct result *result)
{
	uring_run(e, IORING_OP_CONNECT, prepare_connect,
		&(struct request){.fd = e->fd,
			.step = step,
			.peer = e->target.length ? &e->target : &e->remote},
		result);
}

void endpoint_uring_accept(struct endpoint *e, const struct step *step, struct result *result)
{
	struct address peer = {.length = sizeof peer.storage};

	uring_run(e, IORING_OP_ACCEPT, prepare_accept,
		&(struct request){.fd = e->fd, .step = step, .peer = &peer}, result);
	if (result->kind != RESULT_NUMBER)
		return;
	int fd = (int)result->value;

	*result = result_of_call(0);
	if (descriptors_is_stranger(e, fd, &peer)) {
		descriptors_refuse_stranger(e, fd);
		*result = (struct result){.kind = RESULT_ERROR, .value = ECONNABORTED};
		return;
	}
	e->fd = fd; /* maybe the number of the listening socket, if that was closed meanwhile */
	e->remote = peer;
	e->accepted = true;
}
