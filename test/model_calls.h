/*
 * model_calls: sections 1 to 6 of the rule book (linux-tcp-rules.md) as experiments, written from
 * the book and not from the model's answers. A row's name begins with its section.
 */
#ifndef CLOSEWAIT_TEST_MODEL_CALLS_H
#define CLOSEWAIT_TEST_MODEL_CALLS_H

#include "model_conditions.h"

static const struct row calls[] = {
	/* Section 2: events from the network. */
	{"2 RST in CLOSE is ignored", RESET,
		"client close = 0\n"
		"server state = CLOSE\n"
		"client state = CLOSE\n"},
	{"2 RST keeps the receive queue", CONNECTED,
		"server write 3 = 3\n"
		"server write 2 = 2\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client read 3 = 3\n"
		"client read 16 = 2\n"
		"client read 16 = -1 ECONNRESET\n"
		"client read 16 = 0\n"},
	{"2 FIN in FIN_WAIT2", CONNECTED,
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"client await FIN_WAIT2\n"
		"server close = 0\n"
		"client await TIME_WAIT\n"
		"server state = CLOSE\n"},
	{"2 data at a time-wait entry in FIN_WAIT2", PEER_CLOSED,
		"server await FIN_WAIT2\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"
		"server await CLOSE\n"
		"client write 6 = -1 EPIPE\n"},

	/* Section 3: send. */
	{"3 a zero-length send takes the error", RESET,
		"client send 0 = -1 ECONNRESET\n"
		"client send 0 = -1 EPIPE\n"},
	{"3 a zero-length send brings no RST", PEER_CLOSED,
		"client write 0 = 0\n"
		"client state = CLOSE_WAIT\n"},
	{"3 ECONNRESET never raises SIGPIPE", RESET,
		"client sigpipe default = 0\n"
		"client write 6 = -1 ECONNRESET\n"
		"client write 6 = -1 EPIPE SIGPIPE\n"
		"client write 6 = -1 EPIPE SIGPIPE\n"},
	{"3 a stored EPIPE raises SIGPIPE", RESET_AFTER_FIN,
		"client sigpipe handler = 0\n"
		"client write 6 = -1 EPIPE SIGPIPE\n"
		"client sigpipe ignore = 0\n"
		"client write 6 = -1 EPIPE\n"},
	{"3 MSG_NOSIGNAL suppresses the signal only", RESET_AFTER_FIN,
		"client sigpipe default = 0\n"
		"client send 6 MSG_NOSIGNAL = -1 EPIPE\n"
		"client send 6 MSG_NOSIGNAL|MSG_DONTWAIT = -1 EPIPE\n"
		"client send 6 = -1 EPIPE SIGPIPE\n"},
	{"3 our own shutdown raises SIGPIPE", CONNECTED,
		"server sigpipe default = 0\n"
		"server shutdown SHUT_WR = 0\n"
		"server write 6 = -1 EPIPE SIGPIPE\n"
		"server send 0 = -1 EPIPE SIGPIPE\n"},
	{"3 the state is tested before the length and the flags", FRESH,
		"client write 1048576 = -1 EPIPE\n"
		"client send 6 MSG_MORE = -1 EPIPE\n"},
	{"3 a listening socket", FRESH,
		"server sigpipe default = 0\n"
		"server write 6 = -1 EPIPE SIGPIPE\n"},

	/* Section 4: recv. */
	{"4.1 a listening socket", FRESH,
		"server recv 16 MSG_DONTWAIT = -1 ENOTCONN\n"
		"server read 16 = -1 ENOTCONN\n"},
	{"4.2 peek leaves the data", CONNECTED,
		"client write 6 = 6\n"
		"server await POLLIN\n"
		"server recv 4 MSG_PEEK = 4\n"
		"server recv 16 MSG_PEEK = 6\n"
		"server read 4 = 4\n"
		"server recv 16 MSG_TRUNC = 2\n"},
	{"4.3 MSG_WAITALL gives up at RST", CONNECTED,
		"server write 3 = 3\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client recv 10 MSG_WAITALL = 3\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client recv 10 MSG_WAITALL = -1 ECONNRESET\n"},
	{"4.3 MSG_WAITALL gives up at FIN", CONNECTED,
		"server write 3 = 3\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client recv 10 MSG_WAITALL = 3\n"
		"client recv 10 MSG_WAITALL = 0\n"},
	{"4.3 MSG_WAITALL waits, unless MSG_DONTWAIT", CONNECTED,
		"server write 3 = 3\n"
		"client await POLLIN\n"
		"client recv 10 MSG_WAITALL|MSG_DONTWAIT|MSG_PEEK = 3\n"
		"client recv 10 MSG_WAITALL = timeout in ESTABLISHED\n"},
	{"4.4 a peek takes the error", RESET,
		"client recv 16 MSG_PEEK = -1 ECONNRESET\n"
		"client recv 16 MSG_PEEK = 0\n"
		"client write 6 = -1 EPIPE\n"},
	{"4.4 a zero-length recv takes the error", RESET,
		"client recv 0 = -1 ECONNRESET\n"
		"client recv 0 = 0\n"
		"client getsockopt SO_ERROR = 0\n"},
	{"1 read of nothing does not take the error", RESET,
		"client read 0 = 0\n"
		"client read 16 = -1 ECONNRESET\n"},
	{"1 a recv that returns data does not take the error", CONNECTED,
		"server write 6 = 6\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client read 16 = 6\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"1 poll, state and shutdown do not take the error", RESET,
		"client poll = " DEAD_WITH_ERROR "\n"
		"client state = CLOSE\n"
		"client shutdown SHUT_RDWR = -1 ENOTCONN\n"
		"client connect = -1 EISCONN\n"
		"client write 6 = -1 ECONNRESET\n"},

	/* Section 5: poll. */
	{"5 what was not asked for is not shown, but POLLERR and POLLHUP", RESET,
		"client poll 0 = POLLERR|POLLHUP\n"
		"client poll POLLRDHUP = POLLERR|POLLHUP|POLLRDHUP\n"
		"client poll POLLPRI = POLLERR|POLLHUP\n"},
	{"5 a listening socket", FRESH,
		"server poll = 0\n"
		"client connect = 0\n"
		"server await POLLIN\n"
		"server poll = POLLIN\n"
		"server state = LISTEN\n"
		"server accept = 0\n"
		"server poll = POLLOUT\n"},
	{"5 a closed descriptor", CONNECTED,
		"client close = 0\n"
		"client poll = POLLNVAL\n"
		"client poll 0 = POLLNVAL\n"},

	/* Section 6: close, shutdown, connect, SO_ERROR, accept. */
	{"6 close in ESTABLISHED", CONNECTED,
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"server read 16 = 0\n"
		"client await FIN_WAIT2\n"},
	{"6 close with unread data in CLOSE_WAIT", CONNECTED,
		"server write 6 = 6\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client close = 0\n"
		"server await CLOSE\n"
		"server read 16 = -1 ECONNRESET\n"},
	{"6 close with SO_LINGER 1,0 in FIN_WAIT2", CONNECTED,
		"server shutdown SHUT_WR = 0\n"
		"server await FIN_WAIT2\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client getsockopt SO_ERROR = EPIPE\n"
		"client read 16 = 0\n"},
	{"6 SO_LINGER is inherited", FRESH,
		"server setsockopt SO_LINGER 1,0 = 0\n" CONNECTED
		"server getsockopt SO_LINGER = 1,0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client read 16 = -1 ECONNRESET\n"},
	{"6 calls on a closed descriptor", CONNECTED,
		"client close = 0\n"
		"client write 6 = -1 EBADF\n"
		"client read 0 = -1 EBADF\n"
		"client recv 16 = -1 EBADF\n"
		"client shutdown SHUT_WR = -1 EBADF\n"
		"client connect = -1 EBADF\n"
		"client getsockopt SO_ERROR = -1 EBADF\n"
		"client setsockopt SO_LINGER 1,0 = -1 EBADF\n"
		"client close = -1 EBADF\n"},
	{"6 shutdown of a fresh socket sets the bits all the same", FRESH,
		"client shutdown SHUT_RD = -1 ENOTCONN\n"
		"client poll = POLLIN|POLLOUT|POLLHUP|POLLRDHUP\n"
		"client read 16 = 0\n"},
	{"6 and connect leaves them set", FRESH,
		"client shutdown SHUT_RDWR = -1 ENOTCONN\n"
		"client connect = 0\n"
		"client poll = " DEAD "\n"
		"client write 6 = -1 EPIPE\n"
		"server accept = 0\n"
		"server write 6 = 6\n"
		"client read 16 = 6\n"
		"client state = ESTABLISHED\n"},
	{"6 shutdown after an orderly end", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"server await CLOSE_WAIT\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE\n"
		"client shutdown SHUT_WR = -1 ENOTCONN\n"
		"server shutdown SHUT_RD = -1 ENOTCONN\n"},
	{"6 shutdown twice", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client shutdown SHUT_RD = 0\n"
		"client poll = " DEAD "\n"},
	{"6 SHUT_WR of a listening socket does nothing", FRESH,
		"server shutdown SHUT_WR = 0\n"
		"client connect = 0\n"
		"server accept = 0\n"},
	{"6 SHUT_RD of a listening socket resets what waits", FRESH,
		"client connect = 0\n"
		"server shutdown SHUT_RD = 0\n"},
	{"6 connect while connected", CONNECTED,
		"client connect = -1 EISCONN\n"
		"server connect = -1 EISCONN\n"},
	{"6 connect after a reset", RESET,
		"client connect = -1 EISCONN\n"
		"client write 6 = -1 ECONNRESET\n"
		"client connect = -1 EISCONN\n"},
	{"6 accept where nobody connects", FRESH,
		"server accept = timeout in LISTEN\n"
		"client connect = 0\n"
		"server accept = 0\n"},
	{"6 accept of a connection", CONNECTED, "server accept = -1 EINVAL\n"},
	{"6 accept of what has closed already", FRESH,
		"client connect = 0\n"
		"client write 6 = 6\n"
		"client close = 0\n"
		"server accept = 0\n"
		"server await CLOSE_WAIT\n"
		"server read 16 = 6\n"
		"server read 16 = 0\n"},
	{"6 accept of what was reset already", FRESH,
		"client connect = 0\n"
		"client setsockopt SO_LINGER 1,0 = 0\n"
		"client close = 0\n"
		"server accept = 0\n"
		"server state = CLOSE\n"
		"server poll = " DEAD_WITH_ERROR "\n"
		"server read 16 = -1 ECONNRESET\n"
		"server read 16 = 0\n"},
	{"6 an await in vain", CONNECTED,
		"client await CLOSE = timeout in ESTABLISHED\n"
		"client await POLLIN = timeout in ESTABLISHED\n"},
};

#endif
