/*
 * The calls that move data.
 */
#include "endpoint/buffer.h"
#include "endpoint/calls.h"
#include "util/backoff.h"
#include "util/deadline.h"

#include <fcntl.h>
#include <linux/mptcp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CONTROL = 512 /* bytes for control messages */ };

/* The bytes of a step in as many parts as it says; returns how many. They are of a length, but for
 * what does not divide: of 6 bytes in 4 parts those have 1, 2, 1 and 2. */
static int split(struct iovec part[PARTS_LIMIT], const struct step *step, void *bytes)
{
	size_t length = (size_t)step->number[0], at = 0;
	size_t count = (size_t)step_value(step, ARGUMENT_PARTS, PARTS_USUAL);

	for (size_t i = 0; i < count; i++) {
		size_t end = length * (i + 1) / count;

		part[i] = (struct iovec){(char *)bytes + at, end - at};
		at = end;
	}
	return (int)count;
}

/* A buffer that could not be made is no answer of the kernel's to the call. */
static bool has_buffer(
	struct buffer *buffer, const struct step *step, void *whole, struct result *result)
{
	int status = buffer_open(buffer, step, whole);

	if (status)
		*result = (struct result){.kind = RESULT_FAILED, .value = -status};
	return !status;
}

void endpoint_write(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;

	if (!has_buffer(&from, step, buffer_zeroes, result))
		return;
	*result = result_of_call(write(e->fd, from.bytes, from.length));
	buffer_close(&from);
}

void endpoint_writev(struct endpoint *e, const struct step *step, struct result *result)
{
	struct iovec part[PARTS_LIMIT];

	*result = result_of_call(writev(e->fd, part, split(part, step, buffer_zeroes)));
}

void endpoint_send(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;

	if (!has_buffer(&from, step, buffer_zeroes, result))
		return;
	*result = result_of_call(send(e->fd, from.bytes, from.length, (int)step_flags(step)));
	buffer_close(&from);
}

void endpoint_sendmsg(struct endpoint *e, const struct step *step, struct result *result)
{
	struct iovec part[PARTS_LIMIT];
	struct msghdr message = {
		.msg_iov = part, .msg_iovlen = (size_t)split(part, step, buffer_zeroes)};

	*result = result_of_call(sendmsg(e->fd, &message, (int)step_flags(step)));
}

void endpoint_sendmmsg(struct endpoint *e, const struct step *step, struct result *result)
{
	struct iovec whole = {buffer_zeroes, (size_t)step->number[0]};
	struct mmsghdr message[MESSAGE_LIMIT] = {0};
	unsigned count = (unsigned)step->number[1];

	for (unsigned i = 0; i < count; i++)
		message[i].msg_hdr = (struct msghdr){.msg_iov = &whole, .msg_iovlen = 1};
	*result = result_of_call(sendmmsg(e->fd, message, count, (int)step_flags(step)));
}

/* Closes what a step needed beside the socket; errno stays. */
static void put_away(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

void endpoint_sendfile(struct endpoint *e, const struct step *step, struct result *result)
{
	int file = memfd_create("closewait", MFD_CLOEXEC);
	ssize_t returned = file < 0 ? -1 : ftruncate(file, LENGTH_LIMIT);
	off_t offset = 0;

	if (!returned)
		returned = sendfile(e->fd, file, &offset, (size_t)step->number[0]);
	if (file >= 0)
		put_away(file);
	*result = result_of_call(returned);
}

/* Makes a pipe that holds length bytes. What it has room for by itself is 16 pages; the most that
 * every user may ask for is LENGTH_LIMIT (pipe(7), pipe-max-size). */
static int full_pipe(int end[2], size_t length)
{
	if (pipe2(end, O_CLOEXEC))
		return -1;
	/* A pipe that is too small must not block. */
	if (fcntl(end[1], F_SETPIPE_SZ, LENGTH_LIMIT) >= 0 && !fcntl(end[1], F_SETFL, O_NONBLOCK) &&
		write(end[1], buffer_zeroes, length) == (ssize_t)length)
		return 0;
	put_away(end[0]);
	put_away(end[1]);
	return -1;
}

void endpoint_splice(struct endpoint *e, const struct step *step, struct result *result)
{
	size_t length = (size_t)step->number[0];
	int end[2];
	ssize_t returned = full_pipe(end, length);

	if (!returned) {
		returned = splice(end[0], NULL, e->fd, NULL, length, 0);
		put_away(end[0]);
		put_away(end[1]);
	}
	*result = result_of_call(returned);
}

/* struct tcp_info up to tcpi_snd_wnd, its last field when that came (5.4); glibc's ends before. */
struct long_tcp_info {
	struct tcp_info info;
	char between[228 - sizeof(struct tcp_info)];
	uint32_t snd_wnd;
};

/* Of MPTCP's one subflow (since 5.16): what the connection itself counts as sent may wait there.
 */
static int get_subflow_info(int fd, struct long_tcp_info *info)
{
	struct {
		struct mptcp_subflow_data header;
		struct long_tcp_info info;
	} answer = {.header = {.size_subflow_data = sizeof answer.header,
			    .size_user = sizeof answer.info}};
	socklen_t length = sizeof answer;
	int status = getsockopt(fd, SOL_MPTCP, MPTCP_TCPINFO, &answer, &length);

	*info = answer.info;
	return status;
}

/* Is the receiver's window closed, and nothing under way that could open it? An open window that is
 * smaller than a segment gets a part of one after a while: tcp_write_wakeup(). */
enum window { WINDOW_OPEN, WINDOW_CLOSED, WINDOW_UNKNOWN };

static enum window window_of(const struct endpoint *e)
{
	struct long_tcp_info info = {0};
	socklen_t length = sizeof info;
	int status = -1;

	switch (family_protocol(e->family)) {
	case PROTOCOL_TCP:
		status = getsockopt(e->fd, IPPROTO_TCP, TCP_INFO, &info, &length);
		break;
	case PROTOCOL_MPTCP:
		status = get_subflow_info(e->fd, &info);
		break;
	case PROTOCOL_UNIX:
		return WINDOW_CLOSED; /* what is sent stands in the receiver's queue */
	}
	if (status)
		return WINDOW_UNKNOWN;
	return info.info.tcpi_unacked || info.snd_wnd ? WINDOW_OPEN : WINDOW_CLOSED;
}

static ssize_t fill_once(const struct endpoint *e)
{
	/* One message of SOCK_SEQPACKET has to fit into the buffer. */
	size_t length = family_socket_kind(e->family).type == SOCK_SEQPACKET ? 4096 : LENGTH_LIMIT;

	return send(e->fd, buffer_zeroes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* A TCP send buffer is full when it takes no more while the receiver's window is closed: no
 * acknowledgement will make room then. An AF_UNIX socket is full when it takes no more. */
void endpoint_fill(struct endpoint *e, const struct step *step, struct result *result)
{
	enum window window = WINDOW_OPEN;
	long backoff = 0, total = 0;
	ssize_t n;

	(void)step;
	for (;;) {
		n = fill_once(e);
		total += n > 0 ? n : 0;
		if (n >= 0) {
			window = WINDOW_OPEN;
			continue;
		}
		if (errno != EAGAIN || window == WINDOW_CLOSED || deadline_passed())
			break;
		window = window_of(e);
		if (window == WINDOW_UNKNOWN) {
			*result = (struct result){.kind = RESULT_LACKING, .value = errno};
			return;
		}
		if (window == WINDOW_OPEN)
			backoff_wait(e->fd, POLLOUT, &backoff);
	}
	*result = result_of_call(total || errno == EAGAIN ? total : -1);
}

void endpoint_read(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer into;

	if (!has_buffer(&into, step, buffer_sink, result))
		return;
	*result = result_of_call(read(e->fd, into.bytes, into.length));
	buffer_close(&into);
}

void endpoint_readv(struct endpoint *e, const struct step *step, struct result *result)
{
	struct iovec part[PARTS_LIMIT];

	*result = result_of_call(readv(e->fd, part, split(part, step, buffer_sink)));
}

void endpoint_recv(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer into;

	if (!has_buffer(&into, step, buffer_sink, result))
		return;
	*result = result_of_call(recv(e->fd, into.bytes, into.length, (int)step_flags(step)));
	buffer_close(&into);
}

void endpoint_recvmsg(struct endpoint *e, const struct step *step, struct result *result)
{
	_Alignas(struct cmsghdr) char control[CONTROL];
	struct iovec part[PARTS_LIMIT];
	struct msghdr message = {.msg_iov = part,
		.msg_iovlen = (size_t)split(part, step, buffer_sink),
		.msg_control = control,
		.msg_controllen = sizeof control};

	*result = result_of_call(recvmsg(e->fd, &message, (int)step_flags(step)));
}
