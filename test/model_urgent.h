/*
 * model_urgent: MSG_OOB, SIOCATMARK and SO_OOBINLINE. Written from the kernel's source: each row is
 * called by the function and the condition in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_URGENT_H
#define CLOSEWAIT_TEST_MODEL_URGENT_H

#include "model_waits.h"

#define URGENT \
	CONNECTED \
	"client send \"abc\" MSG_OOB = 3\n" \
	"server await inq=2\n"

static const struct row urgent[] = {
	{"tcp_check_urg(): the last byte; tcp_inq() counts up to it", URGENT,
		"server poll = POLLIN|POLLPRI|POLLOUT\n"
		"server select = readfds|writefds|exceptfds\n"
		"server atmark = 0\n"
		"server inq = 2\n"},
	{"tcp_recvmsg_locked(): urg_seq: stops before it", URGENT,
		"server recv 16 MSG_WAITALL = 2\n"
		"server atmark = 1\n"
		"server inq = 0\n"
		"server poll = POLLPRI|POLLOUT\n"
		"server recv 16 MSG_DONTWAIT = -1 EAGAIN\n"
		"server atmark = 0\n"
		"server recv 1 MSG_OOB = -1 EINVAL\n"},
	{"tcp_recvmsg_locked(): SOCK_URGINLINE: passes over it when it is next", URGENT,
		"client write 2 = 2\n"
		"server read 2 = 2\n"
		"server await POLLIN\n"
		"server recv 16 MSG_PEEK = 2\n"
		"server recv 1 = 1\n"
		"server atmark = 0\n"
		"server inq = 1\n"
		"server poll = POLLIN|POLLOUT\n"},
	{"tcp_poll(): one byte more when it is next", URGENT,
		"server read 2 = 2\n"
		"server setsockopt SO_RCVLOWAT 2 = 0\n"
		"client write 1 = 1\n"
		"client await outq=0\n"
		"server poll = POLLPRI|POLLOUT\n"
		"client write 1 = 1\n"
		"server await POLLIN\n"},
	{"tcp_recv_urg(): once, and peeked at before", URGENT,
		"server recv 16 MSG_OOB|MSG_PEEK = 1\n"
		"server recv 0 MSG_OOB|MSG_PEEK = 0\n"
		"server recvfrom 16 MSG_OOB = 1,0\n"
		"server recv 16 MSG_OOB = -1 EINVAL\n"
		"server poll = POLLIN|POLLOUT\n"
		"server inq = 2\n"},
	{"tcp_recv_urg(): copied to where there is no memory, it is taken all the same", URGENT,
		"server recv 16 MSG_OOB mapped=0 = -1 EFAULT\n"
		"server recv 16 MSG_OOB = -1 EINVAL\n"},
	{"tcp_recv_urg(): SOCK_URGINLINE", URGENT,
		"server setsockopt SO_OOBINLINE 1 = 0\n"
		"server inq = 3\n"
		"server recv 16 MSG_OOB = -1 EINVAL\n"
		"server read 16 = 2\n"
		"server poll = POLLIN|POLLPRI|POLLOUT\n"
		"server read 16 = 1\n"
		"server poll = POLLOUT\n"},
	{"tcp_recv_urg(): behind a FIN", URGENT,
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"server recv 16 MSG_OOB = 1\n"},
	{"tcp_recv_urg(): TCP_CLOSE: behind a RST", URGENT,
		"client setsockopt SO_LINGER 1,0 = 0\n"
		"client close = 0\n"
		"server await CLOSE\n"
		"server recv 16 MSG_OOB = -1 ENOTCONN\n"},
	{"tcp_check_urg(): a second one: the first, not next, is an ordinary byte", URGENT,
		"client send 1 MSG_OOB = 1\n"
		"server await inq=3\n"
		"server read 16 = 3\n"
		"server atmark = 1\n"},
	{"tcp_check_urg(): the first, next, is dropped", URGENT,
		"server read 2 = 2\n"
		"client send 2 MSG_OOB = 2\n"
		"server await inq=1\n"
		"server read 16 = 1\n"
		"server atmark = 1\n"},
	{"__tcp_close(): what was taken was not read", URGENT,
		"server read 2 = 2\n"
		"server recv 1 MSG_OOB = 1\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"count TCPAbortOnClose = 1\n"},
	{"__tcp_close(): what was passed over is gone", URGENT,
		"server read 2 = 2\n"
		"server recv 1 MSG_DONTWAIT = -1 EAGAIN\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"},
	{"tcp_disconnect(): urg_data", URGENT,
		"server connect AF_UNSPEC = 0\n"
		"server poll = POLLOUT|POLLERR|POLLHUP\n"
		"server atmark = 0\n"},
	{"tcp_urg(): a sleeping read is woken, passes over it and sleeps on", CONNECTED,
		"server read 16 &\n"
		"client send 1 MSG_OOB = 1\n"
		"client await outq=0\n"
		"client write 6 = 6\n"
		"server join = 6\n"},
	{"tcp_recvmsg_locked(): what it got before it is less than SO_RCVLOWAT", CONNECTED,
		"server setsockopt SO_RCVLOWAT 4 = 0\n"
		"client write 2 = 2\n"
		"server read 16 &\n"
		"client send 1 MSG_OOB = 1\n"
		"server join = 2\n"
		"server atmark = 1\n"},
	{"tcp_ioctl(): SIOCATMARK has an answer in LISTEN", FRESH,
		"server atmark = 0\n"
		"server close = 0\n"
		"server atmark = -1 EBADF\n"},
	{"tcp_mark_urg(): nothing to send, nothing urgent; refused as other data is", CONNECTED,
		"client send 0 MSG_OOB = 0\n"
		"server poll = POLLOUT\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client send 1 MSG_OOB = 1\n"
		"client await CLOSE\n"
		"client send 1 MSG_OOB|MSG_NOSIGNAL = -1 EPIPE\n"},
};

#endif
