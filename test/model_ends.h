/*
 * model_ends: how connections begin and end, beside what the rule book's tables have:
 * non-blocking connect, AF_UNSPEC, listen, dup, exit, SOCK_DESTROY, TCP_LINGER2. Written from the
 * kernel's source and not from the model's answers: each row is called by the function and the
 * condition in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_ENDS_H
#define CLOSEWAIT_TEST_MODEL_ENDS_H

#include "model_conditions.h"

#define NONBLOCKING "client fcntl F_SETFL O_NONBLOCK = 0\n"

/* Nobody listens, and the client has not looked yet. */
#define REFUSED \
	NONBLOCKING \
	"server close = 0\n" \
	"client connect = -1 EINPROGRESS\n" \
	"client await POLLERR\n"

#define LIKE_NEW "POLLOUT|POLLHUP"
#define LIKE_NEW_WITH_ERROR "POLLOUT|POLLERR|POLLHUP"

/* FIN_WAIT2 with an open descriptor. */
#define HALF_CLOSED \
	CONNECTED \
	"client shutdown SHUT_WR = 0\n" \
	"client await FIN_WAIT2\n" \
	"server await CLOSE_WAIT\n"

static const struct row ends[] = {
	/* af_inet.c, __inet_stream_connect() */
	{"__inet_stream_connect(): SS_CONNECTING, ESTABLISHED", NONBLOCKING,
		"client connect = -1 EINPROGRESS\n"
		"client await ESTABLISHED\n"
		"client poll = POLLOUT\n"
		"client getsockopt SO_ERROR = 0\n"
		"client connect = 0\n"
		"client connect = -1 EISCONN\n"},
	{"__inet_stream_connect(): SS_CONNECTING does not keep from writing", NONBLOCKING,
		"client connect = -1 EINPROGRESS\n"
		"server accept = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"client connect = 0\n"},
	{"__inet_stream_connect(): sock_error: in SYN_SENT ECONNREFUSED was stored", REFUSED,
		"client state = CLOSE\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client connect = -1 ECONNREFUSED\n"
		"client poll = " LIKE_NEW "\n"
		"client read 6 = -1 ENOTCONN\n"
		"client connect = -1 EINPROGRESS\n"},
	{"__inet_stream_connect(): sock_error: ECONNABORTED when SO_ERROR took it", REFUSED,
		"client getsockopt SO_ERROR = ECONNREFUSED\n"
		"client getsockopt SO_ERROR = 0\n"
		"client poll = " DEAD "\n"
		"client connect = -1 ECONNABORTED\n"
		"client connect = -1 EINPROGRESS\n"},
	{"__inet_stream_connect(): sock_error: ECONNABORTED when a write took it", REFUSED,
		"client write 6 = -1 ECONNREFUSED\n"
		"client write 6 = -1 EPIPE\n"
		"client connect = -1 ECONNABORTED\n"
		"client poll = " LIKE_NEW "\n"},
	{"__inet_stream_connect(): sock_error: ECONNABORTED when a read took it", REFUSED,
		"client read 6 = -1 ECONNREFUSED\n"
		"client read 6 = 0\n"
		"client connect = -1 ECONNABORTED\n"
		"client read 6 = -1 ENOTCONN\n"},
	{"__inet_stream_connect(): sock_error: reset before the program looked", NONBLOCKING,
		"client connect = -1 EINPROGRESS\n"
		"server accept = 0\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client connect = -1 ECONNRESET\n"
		"client getsockopt SO_ERROR = 0\n"
		"client poll = " LIKE_NEW "\n"},
	{"__inet_stream_connect(): SS_UNCONNECTED, not TCP_CLOSE: EISCONN", FRESH,
		"client listen = 0\n"
		"client connect = -1 EISCONN\n"
		"client connect AF_UNSPEC = 0\n"
		"client connect = 0\n"},
	{"__inet_stream_connect(): SS_CONNECTED outlives the connection", PEER_CLOSED,
		"server await FIN_WAIT2\n"
		"client shutdown SHUT_WR = 0\n"
		"client await CLOSE\n"
		"client connect = -1 EISCONN\n"},
	{"inet_shutdown(): SS_CONNECTING, ESTABLISHED: SS_CONNECTED", NONBLOCKING,
		"client connect = -1 EINPROGRESS\n"
		"client await ESTABLISHED\n"
		"client shutdown SHUT_RD = 0\n"
		"client connect = -1 EISCONN\n"},
	{"inet_shutdown(): SS_CONNECTING, CLOSE: SS_DISCONNECTING, EINVAL for good", REFUSED,
		"client shutdown SHUT_WR = -1 ENOTCONN\n"
		"client connect = -1 EINVAL\n"
		"client getsockopt SO_ERROR = ECONNREFUSED\n"
		"client connect = -1 EINVAL\n"
		"client connect AF_UNSPEC = 0\n"
		"client connect = -1 EINPROGRESS\n"},

	/* tcp.c, tcp_disconnect() */
	{"tcp_disconnect(): tcp_need_reset() in ESTABLISHED", CONNECTED,
		"client connect AF_UNSPEC = 0\n"
		"client state = CLOSE\n"
		"client poll = " LIKE_NEW_WITH_ERROR "\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"
		"client poll = " LIKE_NEW "\n"
		"client read 6 = -1 ENOTCONN\n"
		"client write 6 = -1 EPIPE\n"
		"server await CLOSE\n"
		"server read 6 = -1 ECONNRESET\n"
		"server read 6 = 0\n"},
	{"tcp_disconnect(): the error is its own writer's, too", CONNECTED,
		"client sigpipe handler = 0\n"
		"client connect AF_UNSPEC = 0\n"
		"client write 6 = -1 ECONNRESET\n"
		"client write 6 = -1 EPIPE SIGPIPE\n"},
	{"tcp_disconnect(): the receive queue is purged, SOCK_DONE and shutdown cleared", CONNECTED,
		"server write 6 = 6\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client connect AF_UNSPEC = 0\n"
		"client inq = 0\n"
		"client poll = " LIKE_NEW_WITH_ERROR "\n"
		"client read 6 = -1 ECONNRESET\n"
		"client read 6 = -1 ENOTCONN\n"},
	{"tcp_disconnect(): in FIN_WAIT2 a RST, which finds the peer in CLOSE_WAIT", HALF_CLOSED,
		"client connect AF_UNSPEC = 0\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"
		"server await CLOSE\n"
		"server write 6 = -1 EPIPE\n"},
	{"tcp_disconnect(): in CLOSE no RST and no error, a stored one stays", RESET,
		"client connect AF_UNSPEC = 0\n"
		"client poll = " LIKE_NEW_WITH_ERROR "\n"
		"client read 6 = -1 ECONNRESET\n"
		"client read 6 = -1 ENOTCONN\n"},
	{"tcp_disconnect(): of a fresh socket", FRESH,
		"client connect AF_UNSPEC = 0\n"
		"client poll = " LIKE_NEW "\n"
		"client getsockopt SO_ERROR = 0\n"},
	{"tcp_disconnect(): the accepted socket's", CONNECTED,
		"server connect AF_UNSPEC = 0\n"
		"server getsockopt SO_ERROR = ECONNRESET\n"
		"client await CLOSE\n"
		"client write 6 = -1 ECONNRESET\n"},
	{"tcp_disconnect(): LISTEN: inet_csk_listen_stop() resets what waits", FRESH,
		"client connect = 0\n"
		"server connect AF_UNSPEC = 0\n"
		"server state = CLOSE\n"
		"server poll = " LIKE_NEW "\n"
		"server accept = -1 EINVAL\n"
		"client await CLOSE\n"
		"client read 6 = -1 ECONNRESET\n"},
	{"tcp_connect_init(): sk_err and SOCK_DONE are cleared, sk_shutdown is not", RESET,
		"client connect AF_UNSPEC = 0\n"
		"client shutdown SHUT_RD = -1 ENOTCONN\n"
		"client connect = 0\n"
		"client getsockopt SO_ERROR = 0\n"
		"client poll = POLLIN|POLLOUT|POLLRDHUP\n"},

	/* inet_listen(), inet_csk_accept() */
	{"inet_listen(): SS_UNCONNECTED and TCP_CLOSE or TCP_LISTEN", FRESH,
		"server listen = 0\n"
		"client listen = 0\n"
		"client state = LISTEN\n"
		"client listen = 0\n"},
	{"inet_listen(): SS_CONNECTED: EINVAL, also after a reset", RESET,
		"client listen = -1 EINVAL\n"
		"client connect AF_UNSPEC = 0\n"
		"client listen = 0\n"},
	{"inet_csk_accept(): not TCP_LISTEN: EINVAL", FRESH,
		"client accept = -1 EINVAL\n"
		"server shutdown SHUT_RD = 0\n"
		"server accept = -1 EINVAL\n"
		"server listen = 0\n"
		"client connect = 0\n"
		"server accept = 0\n"},
	{"inet_csk_accept(): an empty queue, O_NONBLOCK", FRESH,
		"server fcntl F_SETFL O_NONBLOCK = 0\n"
		"server accept = -1 EAGAIN\n"
		"client connect = 0\n"
		"server accept = 0\n"
		"server accept = -1 EINVAL\n"},
	{"do_accept(): O_NONBLOCK is the file's, and not inherited", FRESH,
		"server fcntl F_SETFL O_NONBLOCK = 0\n" CONNECTED
		"server read 6 = timeout in ESTABLISHED\n"},
	{"sk_clone_lock(): options of the listening socket are inherited", FRESH,
		"server setsockopt SO_KEEPALIVE 1 = 0\n"
		"server setsockopt SO_RCVLOWAT 3 = 0\n"
		"server setsockopt TCP_KEEPIDLE 7 = 0\n"
		"server setsockopt SO_ZEROCOPY 1 = 0\n"
		"server setsockopt TCP_CORK 1 = 0\n"
		"server setsockopt TCP_USER_TIMEOUT 700 = 0\n" CONNECTED
		"server getsockopt SO_ZEROCOPY = 1\n"
		"server getsockopt TCP_CORK = 1\n"
		"server getsockopt SO_KEEPALIVE = 1\n"
		"server getsockopt SO_RCVLOWAT = 3\n"
		"server getsockopt TCP_KEEPIDLE = 7\n"
		"server getsockopt TCP_USER_TIMEOUT = 700\n"
		"client getsockopt SO_KEEPALIVE = 0\n"},
	{"tcp_check_req(): TCP_DEFER_ACCEPT drops the bare ACK", FRESH,
		"server setsockopt TCP_DEFER_ACCEPT 1 = 0\n"
		"client connect = 0\n"
		"client state = ESTABLISHED\n"
		"server poll = 0\n"
		"client write 6 = 6\n"
		"server await POLLIN\n"
		"server accept = 0\n"
		"server read 16 = 6\n"},

	{"sk_clone_lock(): nonagle, linger2 and the timeouts, too", FRESH,
		"server setsockopt TCP_CORK 1 = 0\n"
		"server setsockopt TCP_LINGER2 7 = 0\n"
		"server setsockopt SO_RCVTIMEO 0,20000 = 0\n" CONNECTED
		"server getsockopt TCP_CORK = 1\n"
		"server getsockopt TCP_LINGER2 = 7\n"
		"server getsockopt SO_RCVTIMEO = 0,20000\n"
		"server read 6 = -1 EAGAIN\n"},
	{"tcp_check_req(): the data of a deferred request wakes the listening socket", FRESH,
		"server setsockopt TCP_DEFER_ACCEPT 1 = 0\n"
		"server epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0\n"
		"client connect = 0\n"
		"server epoll_wait = 0\n"
		"client write 6 = 6\n"
		"server await POLLIN\n"
		"server epoll_wait = EPOLLIN\n"
		"server epoll_wait = 0\n"},
	{"tcp_child_process(): a new connection wakes the listening socket", FRESH,
		"server epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0\n"
		"client connect = 0\n"
		"server await POLLIN\n"
		"server epoll_wait = EPOLLIN\n"
		"server epoll_wait = 0\n"},

	/* dup(2), filp_close(): the socket goes with the last descriptor */
	{"fput(): a duplicate keeps the socket", CONNECTED,
		"client dup = 0\n"
		"client close = 0\n"
		"server poll = POLLOUT\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"client write 6 = -1 EBADF\n"
		"client dup = -1 EBADF\n"},
	{"inet_shutdown(): is of the socket, not of the descriptor", CONNECTED,
		"client dup = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client close = 0\n"
		"client write 6 = -1 EPIPE\n"},

	/* do_exit(): exit_files() */
	{"exit_files(): nothing unread: FIN", CONNECTED,
		"server exit\n"
		"client await CLOSE_WAIT\n"
		"server await FIN_WAIT2\n"
		"server write 6 = -1 EBADF\n"
		"client read 6 = 0\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"
		"client write 6 = -1 EPIPE\n"},
	{"exit_files(): __tcp_close(): data_was_unread: RST", CONNECTED,
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server kill\n"
		"client await CLOSE\n"
		"client read 6 = -1 ECONNRESET\n"
		"server state = CLOSE\n"},
	{"exit_files(): the listening socket, too: what waits is reset", FRESH,
		"client connect = 0\n"
		"server kill\n"
		"client await CLOSE\n"
		"client write 6 = -1 ECONNRESET\n"
		"server sigpipe ignore = -1 ESRCH\n"},
	{"exit_files(): nobody listens any more", CONNECTED,
		"server exit\n"
		"client await CLOSE_WAIT\n"
		"client connect AF_UNSPEC = 0\n"
		"client connect = -1 ECONNREFUSED\n"},
	{"exit_files(): the epoll instance, too", CONNECTED,
		"server epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"server exit\n"
		"server epoll_wait = -1 EBADF\n"},
	{"inet_release(): SO_LINGER 1,0 at exit", CONNECTED,
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server exit\n"
		"client await CLOSE\n"
		"client write 6 = -1 ECONNRESET\n"},

	/* tcp.c, tcp_abort() */
	{"tcp_abort(): tcp_need_reset() in ESTABLISHED, ECONNABORTED", CONNECTED,
		"client destroy = 0\n"
		"client state = CLOSE\n"
		"client poll = " DEAD_WITH_ERROR "\n"
		"client write 6 = -1 ECONNABORTED\n"
		"client write 6 = -1 EPIPE\n"
		"client read 6 = 0\n"
		"server await CLOSE\n"
		"server read 6 = -1 ECONNRESET\n"},
	{"tcp_abort(): the receive queue is kept", CONNECTED,
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client destroy = 0\n"
		"client read 4 = 4\n"
		"client read 4 = 2\n"
		"client read 4 = -1 ECONNABORTED\n"},
	{"tcp_abort(): in CLOSE_WAIT SOCK_DONE hides the error from reads", PEER_CLOSED,
		"client destroy = 0\n"
		"client read 6 = 0\n"
		"client getsockopt SO_ERROR = ECONNABORTED\n"
		"client write 6 = -1 EPIPE\n"},
	{"tcp_abort(): in FIN_WAIT2 a RST, which finds the peer in CLOSE_WAIT", HALF_CLOSED,
		"client destroy = 0\n"
		"client read 6 = -1 ECONNABORTED\n"
		"server await CLOSE\n"
		"server read 6 = 0\n"
		"server write 6 = -1 EPIPE\n"},
	{"tcp_abort(): the server's end", CONNECTED,
		"server destroy = 0\n"
		"server read 6 = -1 ECONNABORTED\n"
		"client await CLOSE\n"
		"client write 6 = -1 ECONNRESET\n"},
	{"tcp_abort(): twice: ENOENT", CONNECTED,
		"client destroy = 0\n"
		"client destroy = -1 ENOENT\n"
		"client getsockopt SO_ERROR = ECONNABORTED\n"},
	{"tcp_abort(): LISTEN: inet_csk_listen_stop(), and accept is EINVAL", FRESH,
		"client connect = 0\n"
		"server destroy = 0\n"
		"server state = CLOSE\n"
		"server accept = -1 EINVAL\n"
		"client await CLOSE\n"
		"client read 6 = -1 ECONNRESET\n"
		"client connect AF_UNSPEC = 0\n"
		"client connect = -1 ECONNREFUSED\n"},
	{"tcp_abort(): TCP_TIME_WAIT: inet_twsk_deschedule_put()", CONNECTED,
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"client await FIN_WAIT2\n"
		"server close = 0\n"
		"client await TIME_WAIT\n"
		"client destroy = 0\n"
		"client state = CLOSE\n"},
	{"tcp_abort(): the connect of a destroyed socket is still \"connected\"", CONNECTED,
		"client destroy = 0\n"
		"client connect = -1 EISCONN\n"},

	/* tcp.c, do_tcp_setsockopt(), __tcp_close(); tcp_input.c, tcp_rcv_state_process() */
	{"__tcp_close(): FIN_WAIT2, linger2 < 0: RST", HALF_CLOSED,
		"client setsockopt TCP_LINGER2 -1 = 0\n"
		"client close = 0\n"
		"client state = CLOSE\n"
		"server await CLOSE\n"
		"server read 6 = 0\n"
		"server write 6 = -1 EPIPE\n"},
	{"tcp_rcv_state_process(): FIN_WAIT1, SOCK_DEAD, linger2 < 0: RST", CONNECTED,
		"client setsockopt TCP_LINGER2 -1 = 0\n"
		"client close = 0\n"
		"server await CLOSE_WAIT\n"
		"client await CLOSE\n"
		"server await CLOSE\n"
		"server write 6 = -1 EPIPE\n"},
	{"__tcp_close(): TCP_CLOSE: SO_LINGER 1,0 has nothing to reset", RESET,
		"client setsockopt SO_LINGER 1,0 = 0\n"
		"client close = 0\n"
		"client state = CLOSE\n"},
	{"__tcp_close(): SO_LINGER 1,1: FIN, and sk_stream_wait_close()", CONNECTED,
		"server setsockopt SO_LINGER 1,1 = 0\n"
		"server close = 0\n"
		"server state = FIN_WAIT2\n"
		"client await CLOSE_WAIT\n"},
	{"tcp_v4_rcv(): no_tcp_socket: whose RST was lost answers again, and learns nothing",
		CONNECTED,
		"link down = 0\n"
		"server destroy = 0\n"
		"link up = 0\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"
		"server getsockopt SO_ERROR = ECONNABORTED\n"},
	{"tcp_rcv_state_process(), SYN_RECV: SEND_SHUTDOWN of the listener: FIN, and TIME_WAIT",
		FRESH,
		"server destroy = 0\n"
		"server listen = 0\n"
		"client connect = 0\n"
		"client await CLOSE_WAIT\n"
		"client close = 0\n"
		"server close = 0\n"
		"server await TIME_WAIT\n"},
	{"tcp_v4_rcv(): no_tcp_socket: a FIN meets nothing", CONNECTED,
		"link down = 0\n"
		"server destroy = 0\n"
		"link up = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client await CLOSE\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"tcp_v4_rcv(): no_tcp_socket: an orphan's FIN meets nothing", CONNECTED,
		"link down = 0\n"
		"server destroy = 0\n"
		"link up = 0\n"
		"client close = 0\n"
		"client state = CLOSE\n"},
	{"tcp_time_wait(): the entry is the old connection's, not the socket's next one",
		HALF_CLOSED,
		"server close = 0\n"
		"client await CLOSE\n"
		"client connect AF_UNSPEC = 0\n"
		"client connect = 0\n"
		"client close = 0\n"
		"client await FIN_WAIT2\n"},
	{"tcp_rcv_state_process(): data acknowledges the FIN, too", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client state = FIN_WAIT2\n"},
	{"__tcp_close(): peeked at is unread", CONNECTED,
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server recv 6 MSG_PEEK = 6\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client write 6 = -1 ECONNRESET\n"},
	{"__tcp_close(): a byte unread in CLOSE_WAIT", CONNECTED,
		"client write 6 = 6\n"
		"client shutdown SHUT_WR = 0\n"
		"server await CLOSE_WAIT\n"
		"server read 5 = 5\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client read 6 = -1 ECONNRESET\n"},
};

#endif
