/*
 * model_fastopen: TCP Fast Open (RFC 7413), written from tcp_sendmsg_fastopen(),
 * tcp_fastopen_defer_connect() and do_tcp_setsockopt(), not from the model's answers.
 */
#ifndef CLOSEWAIT_TEST_MODEL_FASTOPEN_H
#define CLOSEWAIT_TEST_MODEL_FASTOPEN_H

#include "model_conditions.h"

/* Client and server may, and need no cookie. */
#define FASTOPEN \
	"sysctl net.ipv4.tcp_fastopen 519 = 0\n" \
	"server setsockopt TCP_FASTOPEN 5 = 0\n"

#define DEFERRED \
	FASTOPEN "client setsockopt TCP_FASTOPEN_CONNECT 1 = 0\n" \
		 "client connect = 0\n"

static const struct row fastopen[] = {
	{"tcp_sendmsg_fastopen(): connects and sends, cookie or not", FRESH,
		"client sendto 6 MSG_FASTOPEN = 6\n"
		"client state = ESTABLISHED\n"
		"server poll = POLLIN\n"
		"server accept = 0\n"
		"server read 16 = 6\n"
		"client sendto 6 MSG_FASTOPEN = -1 EISCONN\n"
		"client sendto 6 = 6\n"},
	{"__inet_stream_connect(): it takes the error, and the socket can try again", FRESH,
		"server close = 0\n"
		"client sendto 6 MSG_FASTOPEN = -1 ECONNREFUSED\n"
		"client getsockopt SO_ERROR = 0\n"
		"client sendto 0 MSG_FASTOPEN = -1 ECONNREFUSED\n"
		"client state = CLOSE\n"},
	{"and without waiting the SYN's data counts", FASTOPEN,
		"server close = 0\n"
		"client sendto 6 MSG_FASTOPEN|MSG_DONTWAIT = 6\n"
		"client getsockopt SO_ERROR = ECONNREFUSED\n"
		"client write 6 = -1 EPIPE\n"},
	{"without waiting, and nothing to send: the SYN alone", FASTOPEN,
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client sendto 0 MSG_FASTOPEN = -1 EINPROGRESS\n"
		"client connect = 0\n"},
	{"without waiting, and somebody listens", FASTOPEN,
		"client sendto 6 MSG_FASTOPEN|MSG_DONTWAIT = 6\n"
		"server accept = 0\n"
		"server read 16 = 6\n"},
	{"no address, no connection", FRESH,
		"client send 6 MSG_FASTOPEN = -1 EINVAL\n"
		"client sendto 6 = -1 EPIPE\n"
		"client state = CLOSE\n"},
	{"TFO_CLIENT_ENABLE", FRESH,
		"sysctl net.ipv4.tcp_fastopen 2 = 0\n"
		"client sendto 6 MSG_FASTOPEN = -1 EOPNOTSUPP\n"
		"client setsockopt TCP_FASTOPEN_CONNECT 1 = -1 EOPNOTSUPP\n"
		"client setsockopt TCP_FASTOPEN_CONNECT 2 = -1 EINVAL\n"},
	{"do_tcp_setsockopt(): before there is a connection", CONNECTED,
		"client setsockopt TCP_FASTOPEN_CONNECT 1 = -1 EINVAL\n"
		"server setsockopt TCP_FASTOPEN 5 = -1 EINVAL\n"},
	{"do_tcp_setsockopt(): TCP_FASTOPEN of either kind of socket", FRESH,
		"server setsockopt TCP_FASTOPEN 5 = 0\n"
		"client setsockopt TCP_FASTOPEN 0 = 0\n"
		"client setsockopt TCP_FASTOPEN -1 = -1 EINVAL\n"},
	{"DEFER_CONNECT: no packet, and POLLOUT", DEFERRED,
		"client state = SYN_SENT\n"
		"client poll = POLLOUT\n"
		"client getpeername = -1 ENOTCONN\n"
		"server poll = 0\n"
		"client connect = timeout in SYN_SENT\n"
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client connect = -1 EISCONN\n"},
	{"DEFER_CONNECT: the first write connects", DEFERRED,
		"client write 6 = 6\n"
		"server accept = 0\n"
		"server read 16 = 6\n"
		"client state = ESTABLISHED\n"
		"client connect = -1 EISCONN\n"},
	{"DEFER_CONNECT: or is refused", DEFERRED,
		"server close = 0\n"
		"client sendmsg 6 = -1 ECONNREFUSED\n"
		"client poll = POLLOUT|POLLHUP\n"},
	{"DEFER_CONNECT: closed, nobody has heard of it", DEFERRED,
		"client close = 0\n"
		"server poll = 0\n"
		"count TcpActiveOpens = 0\n"},
};

#endif
