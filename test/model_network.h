/*
 * model_network: what happens on a network between the ends. Written from the kernel's source and
 * RFC 5961, and seen in the catalogue's experiments: each row is called by the function and the
 * condition in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_NETWORK_H
#define CLOSEWAIT_TEST_MODEL_NETWORK_H

#include "model_conditions.h"

static const struct row network[] = {
	/* tcp_input.c, tcp_validate_incoming() and tcp_reset_check(): RFC 5961 3.2 */
	{"tcp_validate_incoming(): exact RST in ESTABLISHED: the other end knows of nothing",
		CONNECTED,
		"inject < R = 0\n"
		"client await CLOSE\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client read 6 = -1 ECONNRESET\n"
		"server state = ESTABLISHED\n"
		"server poll = POLLOUT\n"
		"server write 6 = 6\n"
		"server await CLOSE\n"
		"server write 6 = -1 ECONNRESET\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 2\n"},
	{"tcp_validate_incoming(): with ACK, too", CONNECTED,
		"inject > R. exact = 0\n"
		"server read 6 = -1 ECONNRESET\n"
		"client state = ESTABLISHED\n"},
	{"tcp_reset(): exact RST in CLOSE_WAIT: EPIPE", CONNECTED,
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"server await FIN_WAIT2\n"
		"inject < R = 0\n"
		"client getsockopt SO_ERROR = EPIPE\n"
		"client read 6 = 0\n"
		"server state = FIN_WAIT2\n"},
	{"tcp_reset(): exact RST wakes a reader", CONNECTED,
		"client read 6 &\n"
		"inject < R = 0\n"
		"client join = -1 ECONNRESET\n"},
	{"tcp_validate_incoming(): challenge ACK: nothing changes", CONNECTED,
		"client write 6 = 6\n"
		"inject < R in-window = 0\n"
		"inject > R in-window = 0\n"
		"client state = ESTABLISHED\n"
		"server read 16 = 6\n"
		"server write 6 = 6\n"
		"client read 16 = 6\n"
		"count TcpOutRsts = 0\n"},
	{"tcp_validate_incoming(): tcp_sequence(): dropped", CONNECTED,
		"inject < R out-of-window = 0\n"
		"client poll = POLLOUT\n"
		"client write 6 = 6\n"
		"server read 16 = 6\n"},
	{"tcp_send_challenge_ack() may acknowledge the FIN", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"inject > R in-window = 0\n"
		"client state\n"},
	{"tcp_v4_send_reset(): the RST of the connection before was lost, and a listening socket "
	 "gets none",
		FRESH,
		"drop > R. = 0\n"
		"client connect = 0\n"
		"server await POLLIN\n"
		"client connect AF_UNSPEC = 0\n"
		"client listen = 0\n"
		"server close = 0\n"
		"client state = LISTEN\n"},
	{"no connection has passed", FRESH, "inject < R = -1 ENOTCONN\nclient connect = 0\n"},
	{"tcp_fin(): a FIN from elsewhere", CONNECTED,
		"inject < F. = 0\n"
		"client state = CLOSE_WAIT\n"
		"client read 6 = 0\n"
		"server state = ESTABLISHED\n"
		"server recv 6 MSG_DONTWAIT = -1 EAGAIN\n"
		"client write 6 = 6\n"
		"server inq\n"},
	{"other flags are not predicted", CONNECTED, "inject < U\nclient state\n"},
	/* tcp_output.c, tcp_send_active_reset(): once */
	{"tcp_send_active_reset(): lost: half-open", CONNECTED,
		"drop < R. = 0\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client state = ESTABLISHED\n"
		"client poll = POLLOUT\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"
		"client write 6 = -1 ECONNRESET\n"
		"count TcpOutRsts = 2\n"},
	{"drop: the other direction's is not meant", CONNECTED,
		"drop > R. = 0\n"
		"server destroy = 0\n"
		"client read 6 = -1 ECONNRESET\n"},
	{"drop: the next one, and no further one", CONNECTED,
		"drop > R. = 0\n"
		"client setsockopt SO_LINGER 1,0 = 0\n"
		"client close = 0\n"
		"server poll = POLLOUT\n"
		"server destroy = 0\n"
		"count TcpOutRsts = 2\n"},
	/* tcp_timer.c, tcp_retransmit_timer(): only who waits for it can be predicted */
	{"tcp_retransmit_timer(): a lost FIN", CONNECTED,
		"drop > F. = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"server await CLOSE_WAIT\n"
		"server read 6 = 0\n"},
	{"tcp_retransmit_timer(): lost data, and a reader", CONNECTED,
		"server read 16 &\n"
		"drop > P. = 0\n"
		"client write 6 = 6\n"
		"server join = 6\n"},
	{"tcp_retransmit_timer(): who does not wait", CONNECTED,
		"drop > P. = 0\n"
		"client write 6 = 6\n"
		"server inq\n"},
	{"tcp_retransmit_timer(): lost again", CONNECTED,
		"drop > P. = 0\n"
		"drop > P. = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server inq\n"},
	{"tcp_data_queue_ofo(): held back until another one passes, or it is sent again", CONNECTED,
		"reorder > P. = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"},
	{"tcp_nagle_check(): what may be held back may be lost", CONNECTED,
		"client write 6 = 6\n"
		"drop > P. = 0\n"
		"client state\n"},
	{"a RST that answers, and is lost, is sent again with the data", CONNECTED,
		"drop < R = 0\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client write 6 = 6\n"
		"client state\n"},
	{"other flags are not predicted, and lost", CONNECTED, "drop > . = 0\nclient state\n"},
	/* RFC 9293 3.10.7.1, by a middlebox */
	{"forget reset: each end by its own segment", CONNECTED,
		"forget reset = 0\n"
		"client poll = POLLOUT\n"
		"client write 6 = 6\n"
		"client read 6 = -1 ECONNRESET\n"
		"server state = ESTABLISHED\n"
		"server shutdown SHUT_WR = 0\n"
		"server getsockopt SO_ERROR = ECONNRESET\n"
		"count TcpOutRsts = 0\n"},
	{"forget reset: a RST is not answered", CONNECTED,
		"forget reset = 0\n"
		"client setsockopt SO_LINGER 1,0 = 0\n"
		"client close = 0\n"
		"server state = ESTABLISHED\n"
		"count TcpOutRsts = 1\n"},
	{"forget reset: what is still to be acknowledged is answered, too", CONNECTED,
		"client write 6 = 6\n"
		"forget reset = 0\n"
		"client state\n"},
	{"forget drop: tcp_write_timeout()", CONNECTED,
		"client setsockopt TCP_USER_TIMEOUT 300 = 0\n"
		"forget drop = 0\n"
		"client write 6 = 6\n"
		"client await POLLERR\n"
		"client read 6 = -1 ETIMEDOUT\n"
		"server state = ESTABLISHED\n"},
	{"forget: a new connection is known", CONNECTED,
		"forget drop = 0\n"
		"client connect AF_UNSPEC = 0\n"
		"client connect\n"},
	{"delay: nothing further", CONNECTED, "delay 20ms = 0\nclient state\n"},
	{"delay 0ms", CONNECTED, "delay 0ms = 0\nclient state = ESTABLISHED\n"},
	{"tcp_sequence(): behind a FIN that was not its own the other end acknowledges nothing",
		CONNECTED,
		"inject < F. exact = 0\n"
		"client await CLOSE_WAIT\n"
		"client fill\n"},
};

#endif
