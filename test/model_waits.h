/*
 * model_waits: calls that wait, in front with a timeout or in the background, and SO_RCVLOWAT.
 * Written from the kernel's source and not from the model's answers: each row is called by the
 * function and the condition in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_WAITS_H
#define CLOSEWAIT_TEST_MODEL_WAITS_H

#include "model_conditions.h"

static const struct row waits[] = {
	/* tcp.c, tcp_recvmsg_locked() and sk_wait_data() */
	{"sk_wait_data(): woken by data", CONNECTED,
		"client read 16 &\n"
		"server write 6 = 6\n"
		"client join = 6\n"
		"client poll = POLLOUT\n"},
	{"sk_wait_data(): woken by FIN: SOCK_DONE", CONNECTED,
		"client read 16 &\n"
		"server shutdown SHUT_WR = 0\n"
		"client join = 0\n"
		"client state = CLOSE_WAIT\n"},
	{"sk_wait_data(): woken by RST: the error is taken", CONNECTED,
		"client read 16 &\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client join = -1 ECONNRESET\n"
		"client read 16 = 0\n"
		"client write 6 = -1 EPIPE\n"},
	{"sk_wait_data(): woken by the peer's exit with unread data", CONNECTED,
		"client write 6 = 6\n"
		"server await inq=6\n"
		"client read 16 &\n"
		"server kill\n"
		"client join = -1 ECONNRESET\n"},
	{"inet_shutdown(): sk_state_change() wakes a reader: RCV_SHUTDOWN", CONNECTED,
		"client read 16 &\n"
		"client shutdown SHUT_RD = 0\n"
		"client join = 0\n"
		"client state = ESTABLISHED\n"},
	{"inet_shutdown(): SHUT_WR wakes a reader that goes on sleeping", CONNECTED,
		"client read 16 &\n"
		"client shutdown SHUT_WR = 0\n"
		"client await FIN_WAIT2\n"
		"server write 6 = 6\n"
		"client join = 6\n"},
	{"sk_wait_event(): sk_disconnects: EPIPE without a signal, the error stays", CONNECTED,
		"client sigpipe handler = 0\n"
		"client read 16 &\n"
		"client connect AF_UNSPEC = 0\n"
		"client join = -1 EPIPE\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"tcp_recvmsg_locked(): copied before sk_disconnects", CONNECTED,
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server recv 10 MSG_WAITALL &\n"
		"server connect AF_UNSPEC = 0\n"
		"server join = 6\n"},
	{"tcp_recvmsg_locked(): MSG_PEEK copied before sk_disconnects", CONNECTED,
		"client write 1 = 1\n"
		"server await inq=1\n"
		"server setsockopt SO_RCVLOWAT 4 = 0\n"
		"server recv 3 MSG_PEEK &\n"
		"server connect AF_UNSPEC = 0\n"
		"server join = 1\n"},
	{"tcp_recvmsg_locked(): a reader that is killed takes what is there: FIN", CONNECTED,
		"server read 16 &\n"
		"server setsockopt SO_RCVLOWAT 10 = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server kill\n"
		"client await CLOSE_WAIT\n"
		"client getsockopt SO_ERROR = 0\n"},
	{"tcp_recvmsg_locked(): a reader that is killed leaves what it did not ask for: RST",
		CONNECTED,
		"server read 4 &\n"
		"server setsockopt SO_RCVLOWAT 10 = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server kill\n"
		"client await CLOSE\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	/* A Go program: one thread waits in epoll_wait(2), another looks. */
	{"a call in front looks, whatever waits in the background: poll", CONNECTED,
		"client poll POLLIN &\n"
		"client poll POLLIN = 0\n"
		"server write 6 = 6\n"
		"client join = POLLIN\n"},
	{"a call in front looks, whatever waits in the background: select", CONNECTED,
		"client select readfds &\n"
		"client select readfds = 0\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client join = readfds\n"},
	{"a call in front looks, whatever waits in the background: epoll_wait", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"client epoll_wait &\n"
		"client epoll_wait = 0\n"
		"server write 6 = 6\n"
		"client join = EPOLLIN\n"},
	/* af_inet.c, __inet_stream_connect(): what another thread does to a connect that waits */
	{"tcp_ioctl(): SIOCOUTQ: SYN_SENT: 0, and no window that is closed", FRESH,
		"link down = 0\n"
		"client connect &\n"
		"client outq = 0\n"
		"client fill = timeout in SYN_SENT\n"},
	{"tcp_recvmsg_locked(): an acknowledgement wakes no reader of 0 bytes", CONNECTED,
		"server recv 0 MSG_PEEK &\n"
		"server write 100 = 100\n"
		"server await outq=0\n"
		"server join = timeout in ESTABLISHED\n"},
	{"__inet_stream_connect(): tcp_disconnect() by shutdown: sock_error()", FRESH,
		"link down = 0\n"
		"client connect &\n"
		"client shutdown SHUT_RD = 0\n"
		"client join = -1 ECONNRESET\n"
		"client getsockopt SO_ERROR = 0\n"
		"link up = 0\n"
		"client connect = 0\n"},
	{"__inet_stream_connect(): the same by SHUT_WR", FRESH,
		"link down = 0\n"
		"client connect &\n"
		"client shutdown SHUT_WR = 0\n"
		"client join = -1 ECONNRESET\n"},
	{"__inet_stream_connect(): sk_disconnects: EPIPE, the error stays", FRESH,
		"link down = 0\n"
		"client connect &\n"
		"client connect AF_UNSPEC = 0\n"
		"client join = -1 EPIPE\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"__inet_stream_connect(): the link comes back", FRESH,
		"link down = 0\n"
		"client connect &\n"
		"link up = 0\n"
		"client join = 0\n"},
	/* io_uring/net.c, rw.c: it polls the socket, whatever O_NONBLOCK says */
	{"io_send(): waits for room", FULL,
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client uring_send 6 &\n"
		"client shutdown SHUT_WR = 0\n"
		"client join = -1 EPIPE\n"},
	{"io_send(): MSG_DONTWAIT", FULL, "client uring_send 6 MSG_DONTWAIT = -1 EAGAIN\n"},
	{"io_write(): waits for the connection", FRESH,
		"link down = 0\n"
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client connect = -1 EINPROGRESS\n"
		"client uring_write 6 = timeout in SYN_SENT\n"},
	/* select.c, eventpoll.c: what nothing wakes, and what was not asked for */
	{"do_poll(): nothing wakes it", CONNECTED,
		"client poll POLLIN &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"do_poll(): data, and POLLPRI was asked for", CONNECTED,
		"client poll POLLPRI &\n"
		"server write 6 = 6\n"
		"client join = timeout in ESTABLISHED\n"},
	{"do_select(): nothing wakes it", FULL,
		"client select &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"do_select(): the descriptor is closed: EPOLLNVAL is in all sets", FULL,
		"client select &\n"
		"client close = 0\n"
		"server close = 0\n"
		"client join = readfds|writefds|exceptfds\n"},
	{"ep_poll(): nothing wakes it", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"client epoll_wait &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"sk_wait_data(): woken by tcp_abort()", CONNECTED,
		"client read 16 &\n"
		"client destroy = 0\n"
		"client join = -1 ECONNABORTED\n"},
	{"sk_wait_data(): nothing comes", CONNECTED,
		"client read 16 &\n"
		"server write 0 = 0\n"
		"client join = timeout in ESTABLISHED\n"},
	{"tcp_recvmsg_locked(): MSG_WAITALL, 6 of 10, then 4 more", CONNECTED,
		"client recv 10 MSG_WAITALL &\n"
		"server write 6 = 6\n"
		"server write 6 = 6\n"
		"client join = 10\n"
		"client await inq=2\n"
		"client read 16 = 2\n"},
	{"tcp_recvmsg_locked(): MSG_WAITALL, 6 of 10, then FIN: copied", CONNECTED,
		"client recv 10 MSG_WAITALL &\n"
		"server write 6 = 6\n"
		"server shutdown SHUT_WR = 0\n"
		"client join = 6\n"
		"client recv 10 MSG_WAITALL = 0\n"},
	{"tcp_recvmsg_locked(): MSG_WAITALL, 6 of 10, then RST: the error stays", CONNECTED,
		"client recv 10 MSG_WAITALL &\n"
		"server write 6 = 6\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client join = 6\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"tcp_recvmsg_locked(): SO_RCVTIMEO: timeo 0: EAGAIN", CONNECTED,
		"client setsockopt SO_RCVTIMEO 0,20000 = 0\n"
		"client read 16 = -1 EAGAIN\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client recv 16 MSG_WAITALL = 6\n"
		"client setsockopt SO_RCVTIMEO 0,0 = 0\n"
		"client read 16 = timeout in ESTABLISHED\n"},
	{"tcp_recvmsg_locked(): SO_RCVTIMEO in the background", CONNECTED,
		"client setsockopt SO_RCVTIMEO 0,20000 = 0\n"
		"client read 16 &\n"
		"client join = -1 EAGAIN\n"},
	{"tcp_recvmsg_locked(): O_NONBLOCK, and not any more", CONNECTED,
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client read 16 = -1 EAGAIN\n"
		"client recv 16 MSG_WAITALL = -1 EAGAIN\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client recv 16 MSG_WAITALL = 6\n"
		"client fcntl F_SETFL 0 = 0\n"
		"client read 16 = timeout in ESTABLISHED\n"},

	{"sock_rcvtimeo(): asked once, when the call begins", CONNECTED,
		"client read 16 &\n"
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client await FIN_WAIT2\n"
		"server write 6 = 6\n"
		"client join = 6\n"},
	{"tcp_data_ready(): less than SO_RCVLOWAT wakes nobody, though he asked for less",
		CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"client read 4 &\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"server write 6 = 6\n"
		"client join = 4\n"
		"client await inq=8\n"},
	{"fput(): a call that waits keeps the socket, and ends with what it waited for", CONNECTED,
		"client read 16 &\n"
		"client close = 0\n"
		"server poll = POLLOUT\n"
		"server write 6 = 6\n"
		"client join = 6\n"
		"server await CLOSE_WAIT\n"},
	{"fput(): or until it gives up", CONNECTED,
		"client read 16 &\n"
		"client close = 0\n"
		"server poll = POLLOUT\n"
		"client join = timeout in FIN_WAIT1\n"
		"server await CLOSE_WAIT\n"},

	/* inet_csk_accept() */
	{"inet_csk_wait_for_connect(): a connection comes", FRESH,
		"server accept &\n"
		"client connect = 0\n"
		"server join = 0\n"
		"server poll = POLLOUT\n"},
	{"inet_csk_wait_for_connect(): TCP_LISTEN no more: EINVAL", FRESH,
		"server accept &\n"
		"server shutdown SHUT_RD = 0\n"
		"server join = -1 EINVAL\n"},
	{"inet_csk_accept(): SO_RCVTIMEO: EAGAIN", FRESH,
		"server setsockopt SO_RCVTIMEO 0,20000 = 0\n"
		"server accept = -1 EAGAIN\n"},

	/* stream.c, sk_stream_wait_memory(); tcp.c, tcp_sendmsg_locked() */
	{"sk_stream_wait_memory(): timeo 0: EAGAIN", FULL,
		"client send 6 MSG_DONTWAIT = -1 EAGAIN\n"
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client write 6 = -1 EAGAIN\n"
		"client poll = 0\n"
		"client select = 0\n"},
	{"sk_stream_wait_memory(): SO_SNDTIMEO: EAGAIN", FULL,
		"client setsockopt SO_SNDTIMEO 0,20000 = 0\n"
		"client write 6 = -1 EAGAIN\n"},
	{"sk_stream_wait_memory(): sk_err: sk_stream_error() takes it", FULL,
		"client sigpipe handler = 0\n"
		"client write 6 &\n"
		"server close = 0\n"
		"client join = -1 ECONNRESET\n"
		"client write 6 = -1 EPIPE SIGPIPE\n"},
	{"sk_stream_wait_memory(): SEND_SHUTDOWN: EPIPE and the signal", FULL,
		"client sigpipe handler = 0\n"
		"client write 6 &\n"
		"client shutdown SHUT_WR = 0\n"
		"client join = -1 EPIPE SIGPIPE\n"},
	{"sk_stream_wait_memory(): tcp_disconnect()'s error goes before EPIPE", FULL,
		"client sigpipe handler = 0\n"
		"client write 6 &\n"
		"client connect AF_UNSPEC = 0\n"
		"client join = -1 ECONNRESET\n"
		"client getsockopt SO_ERROR = 0\n"},
	{"sk_stream_wait_memory(): tcp_abort()", FULL,
		"client write 6 &\n"
		"client destroy = 0\n"
		"client join = -1 ECONNABORTED\n"},
	{"sk_stream_wait_memory(): a FIN is no end of it, the RST after it is EPIPE", FULL,
		"client sigpipe handler = 0\n"
		"client write 6 &\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"server close = 0\n"
		"client join = -1 EPIPE SIGPIPE\n"},
	{"tcp_sendmsg_locked(): no room is needed for 0 bytes", FULL,
		"client write 0 = 0\n"
		"client send 0 MSG_DONTWAIT = 0\n"},

	/* poll in the background: do_poll() */
	{"do_poll(): woken by what it asked for", CONNECTED,
		"client poll POLLIN &\n"
		"server write 6 = 6\n"
		"client join = POLLIN\n"},
	{"do_poll(): woken by RST, whatever it asked for", CONNECTED,
		"client poll POLLPRI &\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client join = POLLERR|POLLHUP\n"},
	{"do_poll(): RDHUP comes with the FIN", CONNECTED,
		"client poll POLLRDHUP &\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"server shutdown SHUT_WR = 0\n"
		"client join = POLLRDHUP\n"},
	{"do_poll(): what is there does not wait", CONNECTED,
		"client poll &\n"
		"client join = POLLOUT\n"},
	{"do_select(): woken by data", FULL,
		"client select &\n"
		"server write 6 = 6\n"
		"client join = readfds\n"},

	/* tcp.c, tcp_set_rcvlowat(), sock_rcvlowat() */
	{"sock_set_rcvlowat(): 0 is taken for 1", FRESH,
		"client getsockopt SO_RCVLOWAT = 1\n"
		"client setsockopt SO_RCVLOWAT 0 = 0\n"
		"client getsockopt SO_RCVLOWAT = 1\n"
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"client getsockopt SO_RCVLOWAT = 10\n"},
	{"tcp_stream_is_readable(): less than SO_RCVLOWAT is not POLLIN", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client poll = POLLOUT\n"
		"client select = writefds\n"
		"server write 6 = 6\n"
		"client await inq=12\n"
		"client poll = POLLIN|POLLOUT\n"},
	{"tcp_recvmsg_locked(): less than the target, but it may not wait", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client recv 16 MSG_DONTWAIT = 6\n"
		"client recv 16 MSG_DONTWAIT = -1 EAGAIN\n"},
	{"sock_rcvlowat(): no more than the length", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client read 4 = 4\n"},
	{"tcp_poll(): RCV_SHUTDOWN is readable whatever SO_RCVLOWAT says", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"server write 6 = 6\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client poll = POLLIN|POLLOUT|POLLRDHUP\n"
		"client read 16 = 6\n"
		"client read 16 = 0\n"},
	{"tcp_set_rcvlowat(): tcp_data_ready() when it is lowered", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client poll = POLLOUT\n"
		"client setsockopt SO_RCVLOWAT 6 = 0\n"
		"client poll = POLLIN|POLLOUT\n"},
	{"tcp_set_rcvlowat(): tcp_data_ready() wakes who waits", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"client read 4 &\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client setsockopt SO_RCVLOWAT 6 = 0\n"
		"client join = 4\n"},
	{"tcp_set_rcvlowat(): tcp_data_ready() is an event, whatever it was before", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = EPOLLIN\n"
		"client setsockopt SO_RCVLOWAT 7 = 0\n"
		"client epoll_wait = 0\n"
		"client setsockopt SO_RCVLOWAT 6 = 0\n"
		"client epoll_wait = EPOLLIN\n"
		"client setsockopt SO_RCVLOWAT 6 = 0\n"
		"client epoll_wait = EPOLLIN\n"
		"client epoll_wait = 0\n"},
	{"tcp_data_ready(): SOCK_DONE is enough", PEER_CLOSED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0\n"
		"client epoll_wait = EPOLLIN\n"
		"client epoll_wait = 0\n"
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"client epoll_wait = EPOLLIN\n"},
	{"tcp_data_ready(): less than SO_RCVLOWAT wakes no reader, though he asked for less",
		CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"client read 4 &\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client join = timeout in ESTABLISHED\n"},
	{"tcp_data_ready(): below SO_RCVLOWAT, and the FIN was acknowledged before", CONNECTED,
		"server shutdown SHUT_WR = 0\n"
		"server await FIN_WAIT2\n"
		"server setsockopt SO_RCVLOWAT 10 = 0\n"
		"server read 3 &\n"
		"client write 6 = 6\n"
		"server join = timeout in FIN_WAIT2\n"},
	{"wait_woken(): asleep until it is woken, and over then", CONNECTED,
		"client sleeps = 0\n"
		"client poll POLLIN &\n"
		"client sleeps = 1\n"
		"server sleeps = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client sleeps = 1\n"
		"server write 1 = 1\n"
		"client sleeps = 0\n"
		"client join = POLLIN\n"
		"client sleeps = 0\n"},
	{"what a timer may end by then is not known", CONNECTED,
		"client setsockopt SO_RCVTIMEO 1,0 = 0\n"
		"client read 6 &\n"
		"client sleeps\n"
		"client join = -1 EAGAIN\n"},
};

#endif
