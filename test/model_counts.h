/*
 * model_counts: MIB counters, data that is held back, and options. Written from the kernel's
 * source and not from the model's answers: tcp_set_state() counts EstabResets from ESTABLISHED
 * and CLOSE_WAIT to CLOSE, AttemptFails from SYN_SENT and SYN_RECV; tcp_send_active_reset() and
 * tcp_v4_send_reset() count OutRsts; __tcp_close() and tcp_rcv_state_process() count TCPAbortOn.
 * Both ends are in one namespace.
 */
#ifndef CLOSEWAIT_TEST_MODEL_COUNTS_H
#define CLOSEWAIT_TEST_MODEL_COUNTS_H

#include "model_ends.h"

#define NO_ABORTS \
	"count TCPAbortOnClose = 0\n" \
	"count TCPAbortOnData = 0\n" \
	"count TCPAbortOnLinger = 0\n" \
	"count TCPAbortOnTimeout = 0\n"

static const struct row counts[] = {
	{"an orderly end counts nothing", CONNECTED,
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"server close = 0\n"
		"server await CLOSE\n"
		"count TcpOutRsts = 0\n"
		"count TcpEstabResets = 0\n"
		"count TcpAttemptFails = 0\n"
		"count TcpActiveOpens = 1\n"
		"count TcpPassiveOpens = 1\n" NO_ABORTS},
	{"__tcp_close(): data_was_unread: TCPAbortOnClose, both ends from ESTABLISHED", CONNECTED,
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 2\n"
		"count TCPAbortOnClose = 1\n"
		"count TCPAbortOnData = 0\n"},
	{"__tcp_close(): SO_LINGER 1,0: TCPAbortOnData", RESET,
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 2\n"
		"count TCPAbortOnData = 1\n"
		"count TCPAbortOnClose = 0\n"},
	{"__tcp_close(): TCP_CLOSE: SO_LINGER 1,0 counts no more", RESET,
		"client setsockopt SO_LINGER 1,0 = 0\n"
		"client close = 0\n"
		"count TcpOutRsts = 1\n"
		"count TCPAbortOnData = 1\n"},
	{"__tcp_close(): FIN_WAIT2, linger2 < 0: TCPAbortOnLinger, only the peer was CLOSE_WAIT",
		HALF_CLOSED,
		"client setsockopt TCP_LINGER2 -1 = 0\n"
		"client close = 0\n"
		"server await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 1\n"
		"count TCPAbortOnLinger = 1\n"
		"count TCPAbortOnData = 0\n"},
	{"tcp_rcv_state_process(): FIN_WAIT1, SOCK_DEAD, linger2 < 0: TCPAbortOnData", CONNECTED,
		"client setsockopt TCP_LINGER2 -1 = 0\n"
		"client close = 0\n"
		"client await CLOSE\n"
		"server await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 1\n"
		"count TCPAbortOnLinger = 0\n"
		"count TCPAbortOnData = 1\n"},
	{"tcp_rcv_state_process(): FIN_WAIT2, RCV_SHUTDOWN, new data: TCPAbortOnData", SHUT_BOTH,
		"server write 6 = 6\n"
		"server await CLOSE\n"
		"client await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 1\n"
		"count TCPAbortOnData = 1\n"},
	{"tcp_disconnect(): a RST that no TCPAbortOn counts", CONNECTED,
		"client connect AF_UNSPEC = 0\n"
		"server await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 2\n" NO_ABORTS},
	{"tcp_abort(): a RST that no TCPAbortOn counts", CONNECTED,
		"server destroy = 0\n"
		"client await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 2\n" NO_ABORTS},
	{"tcp_abort(): in FIN_WAIT2 only the peer's CLOSE_WAIT counts", HALF_CLOSED,
		"client destroy = 0\n"
		"server await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 1\n" NO_ABORTS},
	{"inet_csk_listen_stop(): the child and the client", FRESH,
		"client connect = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TcpEstabResets = 2\n"
		"count TcpPassiveOpens = 1\n" NO_ABORTS},
	{"tcp_reset(): SYN_SENT: AttemptFails", FRESH,
		"server close = 0\n"
		"client connect = -1 ECONNREFUSED\n"
		"client connect = -1 ECONNREFUSED\n"
		"count TcpOutRsts = 2\n"
		"count TcpAttemptFails = 2\n"
		"count TcpEstabResets = 0\n"
		"count TcpActiveOpens = 2\n"
		"count TcpPassiveOpens = 0\n"},
	{"exit_files(): __tcp_close() counts as always", CONNECTED,
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server kill\n"
		"client await CLOSE\n"
		"count TcpOutRsts = 1\n"
		"count TCPAbortOnClose = 1\n"
		"count TcpExtTCPAbortOnClose = 1\n"},
	{"a counter that the model does not have is unknown", CONNECTED,
		"client write 6 = 6\n"
		"count TcpOutSegs\n"
		"count TcpOutRsts = 0\n"},

	/* tcp_output.c, tcp_nagle_check(); tcp.c, __tcp_sock_set_cork(), tcp_push() */
	{"tcp_nagle_check(): TCP_CORK holds a small segment, pulling it sends", CONNECTED,
		"client setsockopt TCP_CORK 1 = 0\n"
		"client getsockopt TCP_CORK = 1\n"
		"client write 6 = 6\n"
		"client write 6 = 6\n"
		"server poll = POLLOUT\n"
		"client outq = 12\n"
		"client setsockopt TCP_CORK 0 = 0\n"
		"server poll = POLLIN|POLLOUT\n"
		"server inq = 12\n"
		"client getsockopt TCP_CORK = 0\n"},
	{"tcp_push(): MSG_MORE holds, the next send without it sends both", CONNECTED,
		"client send 6 MSG_MORE = 6\n"
		"server inq = 0\n"
		"client send 6 = 6\n"
		"server await inq=12\n"},
	{"tcp_write_timer(): held data goes in the end", CONNECTED,
		"client setsockopt TCP_CORK 1 = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"},
	{"tcp_send_fin(): the FIN goes with what was held", CONNECTED,
		"client setsockopt TCP_CORK 1 = 0\n"
		"client write 6 = 6\n"
		"client shutdown SHUT_WR = 0\n"
		"server await CLOSE_WAIT\n"
		"server read 16 = 6\n"
		"server read 16 = 0\n"},
	{"tcp_sendmsg_locked(): held or not, the state is asked first", RESET,
		"client setsockopt TCP_CORK 1 = 0\n"
		"client write 6 = -1 ECONNRESET\n"
		"client send 6 MSG_MORE = -1 EPIPE\n"},
};

static const struct row options[] = {
	{"sock_set_timeout(): tv_usec of a second or more: EDOM", FRESH,
		"client setsockopt SO_RCVTIMEO 0,1000000 = -1 EDOM\n"
		"client getsockopt SO_RCVTIMEO = 0,0\n"
		"client setsockopt SO_SNDTIMEO 3,20000 = 0\n"
		"client getsockopt SO_SNDTIMEO = 3,20000\n"
		"client getsockopt SO_RCVTIMEO = 0,0\n"},
	{"do_tcp_setsockopt(), do_tcp_getsockopt(): TCP_LINGER2", FRESH,
		"client getsockopt TCP_LINGER2 = 60\n"
		"client setsockopt TCP_LINGER2 7 = 0\n"
		"client getsockopt TCP_LINGER2 = 7\n"
		"client setsockopt TCP_LINGER2 -5 = 0\n"
		"client getsockopt TCP_LINGER2 = -1\n"
		"client setsockopt TCP_LINGER2 121 = 0\n"
		"client getsockopt TCP_LINGER2 = 120\n"
		"client setsockopt TCP_LINGER2 0 = 0\n"
		"client getsockopt TCP_LINGER2 = 60\n"},
	{"sk_setsockopt(): SO_LINGER: l_onoff is a flag, l_linger stays when it is 0", FRESH,
		"client getsockopt SO_LINGER = 0,0\n"
		"client setsockopt SO_LINGER 7,5 = 0\n"
		"client getsockopt SO_LINGER = 1,5\n"
		"client setsockopt SO_LINGER 0,3 = 0\n"
		"client getsockopt SO_LINGER = 0,5\n"},
	{"sock_valbool_flag(): every value but 0 is 1", FRESH,
		"client setsockopt SO_KEEPALIVE 5 = 0\n"
		"client getsockopt SO_KEEPALIVE = 1\n"
		"client setsockopt SO_OOBINLINE -1 = 0\n"
		"client getsockopt SO_OOBINLINE = 1\n"
		"client setsockopt TCP_NODELAY 2 = 0\n"
		"client getsockopt TCP_NODELAY = 1\n"
		"client setsockopt TCP_NODELAY 0 = 0\n"
		"client getsockopt TCP_NODELAY = 0\n"
		"client setsockopt TCP_CORK 7 = 0\n"
		"client getsockopt TCP_CORK = 1\n"
		"client setsockopt TCP_CORK 0 = 0\n"
		"client getsockopt TCP_CORK = 0\n"},
	{"sk_setsockopt(): SO_ZEROCOPY: 0 or 1", FRESH,
		"client setsockopt SO_ZEROCOPY 2 = -1 EINVAL\n"
		"client getsockopt SO_ZEROCOPY = 0\n"
		"client setsockopt SO_ZEROCOPY 1 = 0\n"
		"client getsockopt SO_ZEROCOPY = 1\n"},
	{"do_tcp_setsockopt(): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT", FRESH,
		"client getsockopt TCP_KEEPIDLE = 7200\n"
		"client getsockopt TCP_KEEPINTVL = 75\n"
		"client getsockopt TCP_KEEPCNT = 9\n"
		"client getsockopt TCP_USER_TIMEOUT = 0\n"
		"client setsockopt TCP_KEEPIDLE 0 = -1 EINVAL\n"
		"client setsockopt TCP_KEEPINTVL 32768 = -1 EINVAL\n"
		"client setsockopt TCP_KEEPCNT 128 = -1 EINVAL\n"
		"client setsockopt TCP_USER_TIMEOUT -1 = -1 EINVAL\n"
		"client setsockopt TCP_KEEPCNT 127 = 0\n"
		"client getsockopt TCP_KEEPCNT = 127\n"},
};

#endif
