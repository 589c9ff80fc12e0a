/*
 * model_conditions: the steady conditions of the rule book (linux-tcp-rules.md, table 7) as
 * experiments, written from the book and not from the model's answers. A row's name begins with
 * its number there. Where the book leaves an answer to timing, no result is written.
 */
#ifndef CLOSEWAIT_TEST_MODEL_CONDITIONS_H
#define CLOSEWAIT_TEST_MODEL_CONDITIONS_H

struct row {
	const char *name;
	const char *given, *text;
};

#define FRESH ""

#define CONNECTED \
	"client connect = 0\n" \
	"server accept = 0\n"

/* Table 7, row 2: the peer's FIN came. */
#define PEER_CLOSED \
	CONNECTED \
	"server close = 0\n" \
	"client await CLOSE_WAIT\n"

/* Table 7, row 3: RST in ESTABLISHED. */
#define RESET \
	CONNECTED \
	"server setsockopt SO_LINGER 1,0 = 0\n" \
	"server close = 0\n" \
	"client await CLOSE\n"

/* Table 7, row 4: FIN, we wrote, RST. */
#define RESET_AFTER_FIN \
	PEER_CLOSED \
	"client write 6 = 6\n" \
	"client await CLOSE\n"

/* Table 7, row 8: we shut both, and the peer's kernel acknowledged. */
#define SHUT_BOTH \
	CONNECTED \
	"client shutdown SHUT_RDWR = 0\n" \
	"client await FIN_WAIT2\n"

#define DEAD "POLLIN|POLLOUT|POLLHUP|POLLRDHUP"
#define DEAD_WITH_ERROR "POLLIN|POLLOUT|POLLERR|POLLHUP|POLLRDHUP"

static const struct row conditions[] = {
	{"7.1 connected", CONNECTED,
		"client state = ESTABLISHED\n"
		"client poll = POLLOUT\n"
		"client recv 16 MSG_DONTWAIT = -1 EAGAIN\n"
		"client getsockopt SO_ERROR = 0\n"
		"client write 6 = 6\n"
		"server poll = POLLIN|POLLOUT\n"
		"server read 16 = 6\n"
		"server poll = POLLOUT\n"},
	{"7.1 recv of an empty queue blocks", CONNECTED,
		"client read 16 = timeout in ESTABLISHED\n"
		"client write 6 = 6\n"},
	{"7.2 peer FIN", PEER_CLOSED,
		"client state = CLOSE_WAIT\n"
		"client poll = POLLIN|POLLOUT|POLLRDHUP\n"
		"client read 16 = 0\n"
		"client recv 16 MSG_DONTWAIT = 0\n"
		"client getsockopt SO_ERROR = 0\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"},
	{"7.2 peer shut its send side only", CONNECTED,
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client write 6 = 6\n"
		"client write 6 = 6\n"
		"server read 16 = 12\n"
		"client state = CLOSE_WAIT\n"},
	{"7.3 send after RST", RESET,
		"client state = CLOSE\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client write 6 = -1 ECONNRESET\n"
		"client write 6 = -1 EPIPE\n"
		"client read 16 = 0\n"
		"client poll = " DEAD "\n"},
	{"7.3 recv after RST", RESET,
		"client read 16 = -1 ECONNRESET\n"
		"client read 16 = 0\n"
		"client write 6 = -1 EPIPE\n"},
	{"7.3 SO_ERROR after RST", RESET,
		"client getsockopt SO_ERROR = ECONNRESET\n"
		"client getsockopt SO_ERROR = 0\n"
		"client poll = " DEAD "\n"
		"client write 6 = -1 EPIPE\n"},
	{"7.3 close with unread data", CONNECTED,
		"client write 6 = 6\n"
		"server await POLLIN\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client read 16 = -1 ECONNRESET\n"
		"client write 6 = -1 EPIPE\n"},
	{"7.3 listener closed", FRESH,
		"client connect = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client write 6 = -1 ECONNRESET\n"},
	{"7.3 RST in FIN_WAIT2", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"client await FIN_WAIT2\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client read 16 = -1 ECONNRESET\n"
		"client read 16 = 0\n"},
	{"7.4 send after FIN and RST", RESET_AFTER_FIN,
		"client poll = " DEAD_WITH_ERROR "\n"
		"client write 6 = -1 EPIPE\n"
		"client poll = " DEAD "\n"
		"client write 6 = -1 EPIPE\n"},
	{"7.4 recv never reports the RST", RESET_AFTER_FIN,
		"client read 16 = 0\n"
		"client recv 0 = 0\n"
		"client recv 16 MSG_PEEK = 0\n"
		"client poll = " DEAD_WITH_ERROR "\n"},
	{"7.4 SO_ERROR", RESET_AFTER_FIN,
		"client getsockopt SO_ERROR = EPIPE\n"
		"client getsockopt SO_ERROR = 0\n"
		"client read 16 = 0\n"},
	{"7.5 LAST_ACK acknowledged", CONNECTED,
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client shutdown SHUT_WR = 0\n"
		"client await CLOSE\n"
		"client poll = " DEAD "\n"
		"client write 6 = -1 EPIPE\n"
		"client read 16 = 0\n"
		"client getsockopt SO_ERROR = 0\n"},
	{"7.5 time-wait", CONNECTED,
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client close = 0\n"
		"server await CLOSE\n"
		"server poll = " DEAD "\n"
		"server read 16 = 0\n"
		"server write 6 = -1 EPIPE\n"
		"server close = 0\n"
		"server state = TIME_WAIT\n"},
	{"7.6 we SHUT_WR", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"client await FIN_WAIT2\n"
		"client poll = POLLOUT\n"
		"client write 6 = -1 EPIPE\n"
		"client recv 16 MSG_DONTWAIT = -1 EAGAIN\n"
		"server write 6 = 6\n"
		"client await POLLIN\n"
		"client read 16 = 6\n"
		"client getsockopt SO_ERROR = 0\n"},
	{"7.6 FIN_WAIT1 or FIN_WAIT2 is the delayed ACK's affair", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"client state\n"
		"client write 6 = -1 EPIPE\n"},
	{"7.7 we SHUT_RD", CONNECTED,
		"client shutdown SHUT_RD = 0\n"
		"client state = ESTABLISHED\n"
		"client poll = POLLIN|POLLOUT|POLLRDHUP\n"
		"client read 16 = 0\n"
		"client write 6 = 6\n"
		"server write 6 = 6\n"
		"client read 16 = 6\n"
		"client read 16 = 0\n"},
	{"7.8 we SHUT_RDWR", SHUT_BOTH,
		"client poll = " DEAD "\n"
		"client write 6 = -1 EPIPE\n"
		"client read 16 = 0\n"
		"client getsockopt SO_ERROR = 0\n"
		"client state = FIN_WAIT2\n"},
	{"7.9 then the peer sends data", SHUT_BOTH,
		"server write 6 = 6\n"
		"client await CLOSE\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client write 6 = -1 ECONNRESET\n"
		"client write 6 = -1 EPIPE\n"
		"server await CLOSE\n"
		"server read 16 = 0\n"
		"server write 6 = -1 EPIPE\n"},
	{"7.9 recv", SHUT_BOTH,
		"server write 6 = 6\n"
		"client await CLOSE\n"
		"client read 16 = -1 ECONNRESET\n"
		"client read 16 = 0\n"
		"server getsockopt SO_ERROR = EPIPE\n"},
	{"7.10 fresh socket", FRESH,
		"client state = CLOSE\n"
		"client poll = POLLOUT|POLLHUP\n"
		"client write 6 = -1 EPIPE\n"
		"client read 16 = -1 ENOTCONN\n"
		"client getsockopt SO_ERROR = 0\n"},
	/* Row 11 needs a non-blocking connect; a blocking one takes the error and disconnects. */
	{"6 connect refused", FRESH,
		"server close = 0\n"
		"client connect = -1 ECONNREFUSED\n"
		"client poll = POLLOUT|POLLHUP\n"
		"client write 6 = -1 EPIPE\n"
		"client connect = -1 ECONNREFUSED\n"},
};

/* The server's receive queue and the client's send buffer are full. */
#define FULL \
	CONNECTED \
	"client fill = >0\n"

#endif
