#include "tracer/decode.h"

#include "tracer/tracee.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

enum { MANY = 1024, PARTS = 64 }; /* descriptors of one poll, parts of one message */

static int find(const struct decode_sockets *sockets, unsigned long inode)
{
	for (int i = 0; inode && i < sockets->count; i++)
		if (sockets->inode[i] == inode)
			return i;
	return -1;
}

static bool find_descriptor(
	pid_t pid, const struct decode_sockets *sockets, struct decoded *d, unsigned long fd)
{
	d->call.fd = (int)fd;
	d->socket = find(sockets, tracee_socket(pid, (int)fd));
	return d->socket >= 0;
}

/* The bytes of count parts at address; -1 when they cannot be told. */
static long total(pid_t pid, unsigned long address, unsigned long count)
{
	struct iovec part[PARTS];
	size_t size = count * sizeof *part;
	long sum = 0;

	if (count > PARTS || tracee_read(pid, address, part, size) != size)
		return -1;
	for (unsigned long i = 0; i < count; i++)
		sum += (long)part[i].iov_len;
	return sum;
}

/* The first bytes of length at address. */
static void read_data(pid_t pid, struct call *call, unsigned long address, long length)
{
	char bytes[PAYLOAD_LIMIT];
	size_t size = length < PAYLOAD_LIMIT ? (size_t)length : PAYLOAD_LIMIT;

	if (length > 0 && tracee_read(pid, address, bytes, size) == size)
		payload_keep(&call->data, bytes, (size_t)length);
}

/* The same of the first bytes in count parts. */
static void gather_data(
	pid_t pid, struct call *call, unsigned long address, unsigned long count, long length)
{
	struct iovec part[PARTS];
	size_t size = count * sizeof *part, used = 0;
	char bytes[PAYLOAD_LIMIT];

	if (count > PARTS || tracee_read(pid, address, part, size) != size)
		return;
	for (unsigned long i = 0; i < count && used < sizeof bytes; i++) {
		size_t room = sizeof bytes - used;
		size_t want = part[i].iov_len < room ? part[i].iov_len : room;

		if (want > (size_t)length - used)
			want = (size_t)length - used;
		if (tracee_read(pid, (unsigned long)(uintptr_t)part[i].iov_base, bytes + used,
			    want) != want)
			return;
		used += want;
	}
	size_t known = length < PAYLOAD_LIMIT ? (size_t)length : PAYLOAD_LIMIT;

	if (length > 0 && used >= known)
		payload_keep(&call->data, bytes, (size_t)length);
}

static void gather_message(pid_t pid, struct call *call, unsigned long address, long length)
{
	struct msghdr message;

	if (tracee_read(pid, address, &message, sizeof message) == sizeof message)
		gather_data(pid, call, (unsigned long)(uintptr_t)message.msg_iov,
			message.msg_iovlen, length);
}

/* The bytes that a call sends, or of which it received length. */
static void read_bytes(pid_t pid, struct call *call, long length)
{
	switch (call->id) {
	case CALL_write:
	case CALL_sendto:
	case CALL_read:
	case CALL_recvfrom:
		read_data(pid, call, call->argument[1], length);
		break;
	case CALL_writev:
	case CALL_readv:
		gather_data(pid, call, call->argument[1], call->argument[2], length);
		break;
	case CALL_sendmsg:
	case CALL_recvmsg:
		gather_message(pid, call, call->argument[1], length);
		break;
	default:
		break;
	}
}

static long message_total(pid_t pid, unsigned long address)
{
	struct msghdr message;

	if (tracee_read(pid, address, &message, sizeof message) != sizeof message)
		return -1;
	return total(pid, (unsigned long)(uintptr_t)message.msg_iov, message.msg_iovlen);
}

/* Messages of the same length are a step. */
static void read_messages(pid_t pid, struct call *call)
{
	struct mmsghdr message;

	call->count = (long)call->argument[2];
	call->length = -1;
	for (unsigned long i = 0; i < call->argument[2] && i < MESSAGE_LIMIT; i++) {
		unsigned long at = call->argument[1] + i * sizeof message;
		long length = message_total(pid, at + offsetof(struct mmsghdr, msg_hdr));

		if (i && length != call->length)
			length = -1;
		call->length = length;
		if (length < 0)
			return;
	}
}

static void read_option(pid_t pid, struct call *call)
{
	int number[2] = {0};
	struct timeval time;
	unsigned long address = call->argument[3];

	call->level = (long)call->argument[1];
	call->option = (long)call->argument[2];
	if (call->id == CALL_getsockopt)
		return;
	if (call->argument[4] == sizeof time &&
		tracee_read(pid, address, &time, sizeof time) == sizeof time) {
		call->value = time.tv_sec;
		call->second = time.tv_usec;
		return;
	}
	tracee_read(pid, address, number, call->argument[4] < 8 ? call->argument[4] : 8);
	call->value = number[0];
	call->second = number[1];
}

/* Each of the descriptors of a poll(2), until one is a socket that is looked for. */
static void read_poll(pid_t pid, const struct decode_sockets *sockets, struct decoded *d)
{
	unsigned long count = d->call.argument[1] < MANY ? d->call.argument[1] : MANY;

	for (unsigned long i = 0; i < count; i++) {
		struct pollfd p;
		unsigned long at = d->call.argument[0] + i * sizeof p;

		if (tracee_read(pid, at, &p, sizeof p) != sizeof p)
			return;
		if (p.fd >= 0 && find_descriptor(pid, sockets, d, (unsigned)p.fd)) {
			d->place = at + offsetof(struct pollfd, revents);
			d->call.events = p.events;
			return;
		}
	}
}

/* Which of select(2)'s sets is the descriptor in? A mask of select_sets. */
static long read_sets(pid_t pid, const struct call *call, int fd)
{
	long sets = 0;

	for (int i = 0; i < 3; i++) {
		unsigned long at = call->argument[i + 1], byte = 0;

		if (at && tracee_read(pid, at + (unsigned)fd / 8, &byte, 1))
			sets |= (byte >> (fd % 8) & 1) ? 1L << i : 0;
	}
	return sets;
}

static void read_select(pid_t pid, const struct decode_sockets *sockets, struct decoded *d)
{
	for (int fd = 0; fd < (int)d->call.argument[0] && fd < FD_SETSIZE; fd++) {
		d->call.sets = read_sets(pid, &d->call, fd);
		if (d->call.sets && find_descriptor(pid, sockets, d, (unsigned)fd))
			return;
	}
}

static void read_epoll_ctl(pid_t pid, const struct decode_sockets *sockets, struct decoded *d)
{
	struct epoll_event event = {0};

	if (!find_descriptor(pid, sockets, d, d->call.argument[2]))
		return;
	tracee_read(pid, d->call.argument[3], &event, sizeof event);
	d->call.flags = (long)d->call.argument[1];
	d->call.events = (long)event.events;
}

static void read_epoll_wait(pid_t pid, const struct decode_sockets *sockets, struct decoded *d)
{
	for (int i = 0; i < sockets->count; i++)
		if (tracee_epoll_has(
			    pid, (int)d->call.argument[0], sockets->inode[i], &d->carried)) {
			d->socket = i;
			d->place = d->call.argument[1];
			return;
		}
}

static void read_splice(pid_t pid, const struct decode_sockets *sockets, struct decoded *d)
{
	d->call.length = (long)d->call.argument[4];
	if (find_descriptor(pid, sockets, d, d->call.argument[2]))
		return;
	d->call.length = -1; /* from the socket: no step */
	find_descriptor(pid, sockets, d, d->call.argument[0]);
}

static void read_ioctl(pid_t pid, struct call *call)
{
	int value = 0;

	call->flags = (long)(unsigned)call->argument[1];
	if (call->argument[1] == FIONBIO)
		tracee_read(pid, call->argument[2], &value, sizeof value);
	call->value = value;
}

static void read_connect(pid_t pid, struct call *call)
{
	struct sockaddr_in address = {.sin_family = AF_INET}; /* IPv6's port is in the same place */

	tracee_read(pid, call->argument[1], &address, sizeof address);
	call->disconnects = address.sin_family == AF_UNSPEC;
	call->value = ntohs(address.sin_port);
}

/* What is told by the arguments of a call on the socket that is the first of them. */
static void read_arguments(pid_t pid, struct call *call)
{
	switch (call->id) {
	case CALL_connect:
		read_connect(pid, call);
		break;
	case CALL_write:
	case CALL_read:
		call->length = (long)call->argument[2];
		break;
	case CALL_sendto:
	case CALL_recvfrom:
		call->length = (long)call->argument[2];
		call->flags = (long)call->argument[3];
		break;
	case CALL_writev:
	case CALL_readv:
		call->length = total(pid, call->argument[1], call->argument[2]);
		break;
	case CALL_sendmsg:
	case CALL_recvmsg:
		call->length = message_total(pid, call->argument[1]);
		call->flags = (long)call->argument[2];
		break;
	case CALL_sendmmsg:
		read_messages(pid, call);
		call->flags = (long)call->argument[3];
		break;
	case CALL_sendfile:
		call->length = (long)call->argument[3];
		break;
	case CALL_shutdown:
	case CALL_fcntl:
		call->flags = (long)call->argument[1];
		call->value = (long)call->argument[2];
		break;
	case CALL_ioctl:
		read_ioctl(pid, call);
		break;
	case CALL_getsockopt:
	case CALL_setsockopt:
		read_option(pid, call);
		break;
	default:
		break;
	}
}

void decode_entry(pid_t pid, const struct decode_sockets *sockets, struct decoded *d)
{
	d->socket = -1;
	switch (d->call.id) {
	case CALL_poll:
	case CALL_ppoll:
		read_poll(pid, sockets, d);
		break;
	case CALL_select:
	case CALL_pselect6:
		read_select(pid, sockets, d);
		break;
	case CALL_epoll_ctl:
		read_epoll_ctl(pid, sockets, d);
		break;
	case CALL_epoll_wait:
	case CALL_epoll_pwait:
	case CALL_epoll_pwait2:
		read_epoll_wait(pid, sockets, d);
		break;
	case CALL_splice:
		read_splice(pid, sockets, d);
		break;
	default:
		if (find_descriptor(pid, sockets, d, d->call.argument[0]))
			read_arguments(pid, &d->call);
		break;
	}
	enum operation_id id = call_operation(&d->call);

	if (d->socket >= 0 && id != OPERATION_COUNT && operations[id].flags & SENDS)
		read_bytes(pid, &d->call, d->call.length);
}

/* A value that getsockopt(2) gave. */
static void read_got(pid_t pid, struct call *call)
{
	int number[2] = {0};
	struct timeval time;
	socklen_t length = 0;

	tracee_read(pid, call->argument[4], &length, sizeof length);
	if (length == sizeof time &&
		tracee_read(pid, call->argument[3], &time, sizeof time) == sizeof time) {
		call->got = time.tv_sec;
		call->got_second = time.tv_usec;
		return;
	}
	tracee_read(pid, call->argument[3], number, length < 8 ? length : 8);
	call->got = number[0];
	call->got_second = number[1];
}

/* Of the events that epoll_wait(2) returned, the socket's. False when they are others' alone. */
static bool read_epoll_events(pid_t pid, struct decoded *d)
{
	for (long i = 0; i < d->call.returned; i++) {
		struct epoll_event event;
		unsigned long at = d->place + (unsigned long)i * sizeof event;

		if (tracee_read(pid, at, &event, sizeof event) == sizeof event &&
			event.data.u64 == d->carried) {
			d->call.got = (long)event.events;
			return true;
		}
	}
	return d->call.returned <= 0;
}

bool decode_exit(pid_t pid, struct decoded *d)
{
	struct call *call = &d->call;
	short revents = 0;
	int value = 0;

	call->got = call->got_second = 0;
	if (call->returned < 0)
		return true;
	switch (call_shape(call->id)) {
	case SHAPE_EVENTS:
		tracee_read(pid, d->place, &revents, sizeof revents);
		call->got = revents;
		return revents || !call->returned;
	case SHAPE_SELECT:
		call->got = read_sets(pid, call, call->fd);
		return call->got || !call->returned;
	case SHAPE_GET:
		read_got(pid, call);
		return true;
	case SHAPE_IOCTL:
		tracee_read(pid, call->argument[2], &value, sizeof value);
		call->got = value;
		return true;
	case SHAPE_LENGTH:
		/* tcp_recvmsg_locked(): with MSG_TRUNC nothing is copied */
		if (operations[call_operation(call)].flags & RECEIVES && !(call->flags & MSG_TRUNC))
			read_bytes(pid, call, call->returned);
		return true;
	default:
		return d->call.id == CALL_epoll_wait || d->call.id == CALL_epoll_pwait ||
				       d->call.id == CALL_epoll_pwait2
			       ? read_epoll_events(pid, d)
			       : true;
	}
}
