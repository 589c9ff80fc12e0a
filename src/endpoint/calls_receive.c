/*
 * The calls that receive.
 */
#include "endpoint/buffer.h"
#include "endpoint/calls.h"
#include "endpoint/until.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CONTROL = 512 /* bytes for control messages */ };

/* One call into a buffer of the step's length. */
typedef ssize_t receiving(const struct endpoint *e, const struct step *step, struct buffer *buffer);

/* MSG_TRUNC makes TCP throw away what it would copy: tcp_recvmsg_locked(). */
static bool throws_away(const struct endpoint *e, const struct step *step)
{
	return step_flags(step) & MSG_TRUNC && family_protocol(e->family) != PROTOCOL_UNIX;
}

static void receive(
	const struct endpoint *e, const struct step *step, receiving *call, struct result *result)
{
	struct buffer buffer;

	if (!buffer_to_receive(&buffer, step, result))
		return;
	*result = result_of_call(call(e, step, &buffer));
	buffer_keep(&buffer, result);
	buffer_close(&buffer);
	if (result->data.there && throws_away(e, step))
		payload_keep(&result->data, "", 0);
}

static ssize_t call_read(const struct endpoint *e, const struct step *step, struct buffer *buffer)
{
	(void)step;
	return read(e->fd, buffer->bytes, buffer->length);
}

static ssize_t call_readv(const struct endpoint *e, const struct step *step, struct buffer *buffer)
{
	struct iovec part[PARTS_LIMIT];

	return readv(e->fd, part, buffer_split(buffer, step, part));
}

static ssize_t call_recv(const struct endpoint *e, const struct step *step, struct buffer *buffer)
{
	return recv(e->fd, buffer->bytes, buffer->length, (int)step_flags(step));
}

/* The address's length stands behind the bytes. */
void endpoint_recvfrom(struct endpoint *e, const struct step *step, struct result *result)
{
	struct sockaddr_storage from;
	socklen_t length = sizeof from;
	struct buffer buffer;

	if (!buffer_to_receive(&buffer, step, result))
		return;
	*result = result_of_call(recvfrom(e->fd, buffer.bytes, buffer.length, (int)step_flags(step),
		(struct sockaddr *)&from, &length));
	buffer_close(&buffer);
	if (result->kind != RESULT_NUMBER)
		return;
	result->kind = RESULT_PAIR;
	result->second = (long)length;
}

static ssize_t call_recvmsg(
	const struct endpoint *e, const struct step *step, struct buffer *buffer)
{
	_Alignas(struct cmsghdr) char control[CONTROL];
	struct iovec part[PARTS_LIMIT];
	struct msghdr message = {.msg_iov = part,
		.msg_iovlen = (size_t)buffer_split(buffer, step, part),
		.msg_control = control,
		.msg_controllen = sizeof control};

	return recvmsg(e->fd, &message, (int)step_flags(step));
}

void endpoint_read(struct endpoint *e, const struct step *step, struct result *result)
{
	if (step_reads_until(step))
		until_read(e->fd, step, result);
	else
		receive(e, step, call_read, result);
}

void endpoint_readv(struct endpoint *e, const struct step *step, struct result *result)
{
	receive(e, step, call_readv, result);
}

void endpoint_recv(struct endpoint *e, const struct step *step, struct result *result)
{
	receive(e, step, call_recv, result);
}

void endpoint_recvmsg(struct endpoint *e, const struct step *step, struct result *result)
{
	receive(e, step, call_recvmsg, result);
}
