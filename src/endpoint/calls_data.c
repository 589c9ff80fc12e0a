/*
 * The calls that send.
 */
#include "endpoint/buffer.h"
#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
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

void endpoint_write(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	*result = result_of_call(write(e->fd, from.bytes, from.length));
	buffer_close(&from);
}

void endpoint_writev(struct endpoint *e, const struct step *step, struct result *result)
{
	struct iovec part[PARTS_LIMIT];
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	*result = result_of_call(writev(e->fd, part, buffer_split(&from, step, part)));
	buffer_close(&from);
}

void endpoint_send(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	*result = result_of_call(send(e->fd, from.bytes, from.length, (int)step_flags(step)));
	buffer_close(&from);
}

/* TCP looks at the address with MSG_FASTOPEN alone, and then as connect(2) does. */
void endpoint_sendto(struct endpoint *e, const struct step *step, struct result *result)
{
	const struct address *to = e->target.length ? &e->target : &e->remote;
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	*result = result_of_call(sendto(e->fd, from.bytes, from.length, (int)step_flags(step),
		(const struct sockaddr *)&to->storage, to->length));
	buffer_close(&from);
	if (step_connects(step) && !result_begins_nothing(result))
		descriptors_connecting(e);
}

void endpoint_sendmsg(struct endpoint *e, const struct step *step, struct result *result)
{
	struct iovec part[PARTS_LIMIT];
	struct msghdr message = {.msg_iov = part};
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	message.msg_iovlen = (size_t)buffer_split(&from, step, part);
	*result = result_of_call(sendmsg(e->fd, &message, (int)step_flags(step)));
	buffer_close(&from);
}

void endpoint_sendmmsg(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;

	if (!buffer_to_send(&from, step, result))
		return;
	struct iovec whole = {from.bytes, from.length};
	struct mmsghdr message[MESSAGE_LIMIT] = {0};
	unsigned count = (unsigned)step->number[1];

	for (unsigned i = 0; i < count; i++)
		message[i].msg_hdr = (struct msghdr){.msg_iov = &whole, .msg_iovlen = 1};
	*result = result_of_call(sendmmsg(e->fd, message, count, (int)step_flags(step)));
	buffer_close(&from);
}

/* Closes what a step needed beside the socket; errno stays. */
static void put_away(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

/* A file in memory with what the step sends, as a descriptor; or -1 with errno. */
static int file_to_send(const struct step *step)
{
	int file = memfd_create("closewait", MFD_CLOEXEC);
	long length = step->number[0];
	struct payload text;

	if (file >= 0 && !ftruncate(file, length) &&
		(!step_payload(step, &text) ||
			pwrite(file, text.byte, (size_t)length, 0) == length))
		return file;
	if (file >= 0)
		put_away(file);
	return -1;
}

void endpoint_sendfile(struct endpoint *e, const struct step *step, struct result *result)
{
	int file = file_to_send(step);
	ssize_t returned = -1;
	off_t offset = 0;

	if (file >= 0)
		returned = sendfile(e->fd, file, &offset, (size_t)step->number[0]);
	if (file >= 0)
		put_away(file);
	*result = result_of_call(returned);
}

int calls_full_pipe(int end[2], const char *bytes, size_t length)
{
	if (pipe2(end, O_CLOEXEC))
		return -1;
	/* A pipe that is too small must not block. */
	if (fcntl(end[1], F_SETPIPE_SZ, PIPE_LIMIT) >= 0 && !fcntl(end[1], F_SETFL, O_NONBLOCK) &&
		write(end[1], bytes, length) == (ssize_t)length)
		return 0;
	put_away(end[0]);
	put_away(end[1]);
	return -1;
}

void endpoint_splice(struct endpoint *e, const struct step *step, struct result *result)
{
	struct buffer from;
	int end[2];

	if (!buffer_to_send(&from, step, result))
		return;
	ssize_t returned = calls_full_pipe(end, from.bytes, from.length);

	if (!returned) {
		returned = splice(end[0], NULL, e->fd, NULL, from.length, 0);
		put_away(end[0]);
		put_away(end[1]);
	}
	*result = result_of_call(returned);
	buffer_close(&from);
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
 * smaller than a segment gets a part of one after a while: tcp_write_wakeup(). What is under way
 * when the receiver shrinks the window to nothing (MPTCP with a small SO_RCVBUF does) is dropped
 * there, and sent again for ever: TCPZeroWindowDrop. */
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
	bool under_way = info.info.tcpi_unacked && !info.info.tcpi_backoff;

	return under_way || info.snd_wnd ? WINDOW_OPEN : WINDOW_CLOSED;
}

static ssize_t fill_once(const struct endpoint *e)
{
	/* One message of SOCK_SEQPACKET has to fit into the buffer. */
	size_t length = family_socket_kind(e->family).type == SOCK_SEQPACKET ? 4096 : BUFFER_ZEROES;

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
