/*
 * model_looks: the calls that look: select, epoll, SIOCINQ, SIOCOUTQ, getpeername; and calls for
 * no bytes. Written from the kernel's source and not from the model's answers: each row is called
 * by the function and the condition in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_LOOKS_H
#define CLOSEWAIT_TEST_MODEL_LOOKS_H

#include "model_waits.h"

static const struct row looks[] = {
	/* select.c, do_select(): POLLIN_SET, POLLOUT_SET, POLLEX_SET */
	{"do_select(): connected", CONNECTED,
		"client select = writefds\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client select = readfds|writefds\n"},
	{"do_select(): POLLHUP is in POLLIN_SET", FRESH, "client select = readfds|writefds\n"},
	{"do_select(): a FIN", PEER_CLOSED, "client select = readfds|writefds\n"},
	{"do_select(): a RST is no exception", RESET, "client select = readfds|writefds\n"},
	{"do_select(): POLLERR is in POLLIN_SET: a completion of MSG_ZEROCOPY", CONNECTED,
		"client setsockopt SO_ZEROCOPY 1 = 0\n"
		"client send 6 MSG_ZEROCOPY = 6\n"
		"client await outq=0\n"
		"client poll = POLLOUT|POLLERR\n"
		"client select = readfds|writefds\n"
		"client recvmsg 16 MSG_ERRQUEUE = 0\n"
		"client select = writefds\n"},
	{"do_select(): our SHUT_WR", CONNECTED,
		"client shutdown SHUT_WR = 0\n"
		"client select = writefds\n"},
	{"do_select(): LISTEN", FRESH,
		"server select = 0\n"
		"client connect = 0\n"
		"server await POLLIN\n"
		"server select = readfds\n"},
	{"do_select(): in the sets that were asked for", CONNECTED,
		"client select readfds = 0\n"
		"client select readfds|writefds = writefds\n"
		"client select exceptfds = 0\n"},
	{"max_select_fd(): a closed descriptor: EBADF", CONNECTED,
		"client close = 0\n"
		"client select = -1 EBADF\n"},

	/* eventpoll.c, do_epoll_ctl() */
	{"do_epoll_ctl(): EEXIST, ENOENT", CONNECTED,
		"client epoll_ctl EPOLL_CTL_MOD EPOLLIN = -1 ENOENT\n"
		"client epoll_ctl EPOLL_CTL_DEL = -1 ENOENT\n"
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT = -1 EEXIST\n"
		"client epoll_ctl EPOLL_CTL_MOD EPOLLOUT = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_ctl EPOLL_CTL_DEL = 0\n"
		"client epoll_ctl EPOLL_CTL_DEL = -1 ENOENT\n"
		"client epoll_wait = 0\n"},
	{"do_epoll_ctl(): a closed descriptor: EBADF", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"client close = 0\n"
		"client epoll_ctl EPOLL_CTL_DEL = -1 EBADF\n"},
	{"ep_send_events(): level: as often as it is asked", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"client epoll_wait = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = EPOLLIN\n"
		"client epoll_wait = EPOLLIN\n"
		"client read 6 = 6\n"
		"client epoll_wait = 0\n"},
	{"ep_send_events(): EPOLLERR and EPOLLHUP always", RESET,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLPRI = 0\n"
		"client epoll_wait = EPOLLERR|EPOLLHUP\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"
		"client epoll_wait = EPOLLHUP\n"},
	{"ep_insert(): EPOLLET: what is ready already is reported once", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_wait = 0\n"
		"client poll = POLLOUT\n"},
	{"ep_poll_callback(): EPOLLET: once for each arrival", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = EPOLLIN\n"
		"client epoll_wait = 0\n"
		"server write 6 = 6\n"
		"client await inq=12\n"
		"client epoll_wait = EPOLLIN\n"
		"client epoll_wait = 0\n"},
	{"ep_poll_callback(): EPOLLET: read before it was reported", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client read 6 = 6\n"
		"client epoll_wait = 0\n"},
	{"ep_poll_callback(): EPOLLET: the FIN is another event", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLRDHUP|EPOLLET = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = EPOLLIN\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client epoll_wait = EPOLLIN|EPOLLRDHUP\n"
		"client epoll_wait = 0\n"},
	{"ep_poll_callback(): a wakeup without events (sk_state_change()) counts", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client shutdown SHUT_WR = 0\n"
		"client await FIN_WAIT2\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_wait = 0\n"},
	{"inet_shutdown(): sk_state_change(): SHUT_RD is an event to who asked for EPOLLOUT",
		CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client shutdown SHUT_RD = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_wait = 0\n"},
	{"tcp_rcv_state_process(): FIN_WAIT1 to FIN_WAIT2: sk_state_change()", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT|EPOLLET = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client await FIN_WAIT2\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_wait = 0\n"},
	{"tcp_data_ready(): less than SO_RCVLOWAT is no event", CONNECTED,
		"client setsockopt SO_RCVLOWAT 10 = 0\n"
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = 0\n"
		"server write 6 = 6\n"
		"client await inq=12\n"
		"client epoll_wait = EPOLLIN|EPOLLOUT\n"},
	{"ep_item_poll(): everything, when nothing is named", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"server write 6 = 6\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"client epoll_wait = EPOLLIN|EPOLLOUT|EPOLLRDHUP\n"},
	{"ep_poll_callback(): data is not what EPOLLOUT asks for", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = 0\n"},
	{"ep_modify(): arms EPOLLET anew", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_ctl EPOLL_CTL_MOD EPOLLOUT|EPOLLET = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client epoll_wait = 0\n"},
	{"ep_send_events(): EPOLLONESHOT: EP_PRIVATE_BITS until EPOLL_CTL_MOD", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLONESHOT = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client epoll_wait = EPOLLIN\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client epoll_wait = 0\n"
		"client epoll_ctl EPOLL_CTL_MOD EPOLLRDHUP|EPOLLONESHOT = 0\n"
		"client epoll_wait = EPOLLERR|EPOLLHUP|EPOLLRDHUP\n"
		"client epoll_wait = 0\n"},
	{"eventpoll_release(): with the last descriptor", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLOUT = 0\n"
		"client dup = 0\n"
		"client close = 0\n"
		"client epoll_wait = EPOLLOUT\n"
		"client close = 0\n"
		"client epoll_wait = 0\n"},
	{"ep_poll(): woken in the background", CONNECTED,
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\n"
		"client epoll_wait &\n"
		"server write 6 = 6\n"
		"client join = EPOLLIN\n"},
	{"ep_item_poll(): LISTEN", FRESH,
		"server epoll_ctl EPOLL_CTL_ADD = 0\n"
		"server epoll_wait = 0\n"
		"client connect = 0\n"
		"server await POLLIN\n"
		"server epoll_wait = EPOLLIN\n"},

	/* tcp.c, tcp_ioctl(), tcp_inq() */
	{"tcp_inq(): rcv_nxt - copied_seq", CONNECTED,
		"client inq = 0\n"
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client recv 4 MSG_PEEK = 4\n"
		"client inq = 6\n"
		"client read 4 = 4\n"
		"client inq = 2\n"},
	{"tcp_inq(): the FIN is not counted", CONNECTED,
		"server write 6 = 6\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client inq = 6\n"
		"client read 16 = 6\n"
		"client inq = 0\n"
		"client read 16 = 0\n"
		"client inq = 0\n"},
	{"tcp_inq(): a RST leaves the receive queue", CONNECTED,
		"server write 6 = 6\n"
		"client await inq=6\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client inq = 6\n"},
	{"tcp_ioctl(): write_seq - snd_una: all is acknowledged", CONNECTED,
		"client write 6 = 6\n"
		"client await outq=0\n"
		"client outq = 0\n"
		"server inq = 6\n"},
	{"tcp_ioctl(): write_seq - snd_una: a RST acknowledges nothing", PEER_CLOSED,
		"server await FIN_WAIT2\n"
		"client outq = 0\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"
		"client outq = 6\n"},
	{"tcp_ioctl(): write_seq - snd_una: nobody acknowledges", CONNECTED,
		"link down = 0\n"
		"client write 6 = 6\n"
		"client write 7 = 7\n"
		"client outq = 13\n"},
	{"tcp_inq(): of a receive queue that is full", FULL,
		"server inq = >0\n"
		"server await inq=6 = timeout in ESTABLISHED\n"
		"server await inq=16384 = timeout in ESTABLISHED\n"},
	{"tcp_ioctl(): TCP_LISTEN: EINVAL", FRESH,
		"server inq = -1 EINVAL\n"
		"server outq = -1 EINVAL\n"
		"client inq = 0\n"
		"client outq = 0\n"},
	{"fdget(): a closed descriptor: EBADF", CONNECTED,
		"client close = 0\n"
		"client inq = -1 EBADF\n"
		"client outq = -1 EBADF\n"
		"client getpeername = -1 EBADF\n"
		"client listen = -1 EBADF\n"
		"client fcntl F_SETFL O_NONBLOCK = -1 EBADF\n"},

	/* af_inet.c, inet_getname() */
	{"inet_getname(): inet_dport, and neither CLOSE nor SYN_SENT", CONNECTED,
		"client getpeername = 0\n"
		"server getpeername = 0\n"
		"server shutdown SHUT_RDWR = 0\n"
		"client await CLOSE_WAIT\n"
		"client getpeername = 0\n"
		"server getpeername = 0\n"},
	{"inet_getname(): CLOSE: ENOTCONN", RESET, "client getpeername = -1 ENOTCONN\n"},
	{"inet_getname(): no inet_dport: ENOTCONN", FRESH,
		"client getpeername = -1 ENOTCONN\n"
		"server getpeername = -1 ENOTCONN\n"},
};

/* Calls for no bytes: which of them reach TCP? */
static const struct row nothing[] = {
	{"sock_write_iter(), __sys_sendto(), io_send(): 0 bytes reach tcp_sendmsg_locked()", RESET,
		"client write 0 = -1 ECONNRESET\n"
		"client send 0 = -1 EPIPE\n"
		"client sendmsg 0 = -1 EPIPE\n"
		"client uring_write 0 = -1 EPIPE\n"
		"client uring_send 0 = -1 EPIPE\n"},
	{"and raise SIGPIPE, but for io_uring's send and MSG_NOSIGNAL", FRESH,
		"client sigpipe handler = 0\n"
		"client write 0 = -1 EPIPE SIGPIPE\n"
		"client sendmsg 0 = -1 EPIPE SIGPIPE\n"
		"client send 0 MSG_NOSIGNAL = -1 EPIPE\n"
		"client uring_send 0 = -1 EPIPE\n"
		"client uring_write 0 = -1 EPIPE SIGPIPE\n"},
	{"vfs_writev(), do_sendfile(), splice(2): 0 bytes do not", RESET,
		"client writev 0 = 0\n"
		"client sendfile 0 = 0\n"
		"client splice 0 = 0\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"splice(2): the length is looked at before the descriptor", CONNECTED,
		"client close = 0\n"
		"client splice 0 = 0\n"
		"client writev 0 = -1 EBADF\n"
		"client sendfile 0 = -1 EBADF\n"
		"client readv 0 = -1 EBADF\n"},
	{"sock_read_iter(), vfs_readv(): 0 bytes do not", RESET,
		"client read 0 = 0\n"
		"client readv 0 = 0\n"
		"client recvmsg 0 = -1 ECONNRESET\n"
		"client recv 0 = 0\n"},
	{"tcp_recvmsg_locked(): 0 bytes of a queue that holds some", CONNECTED,
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client recv 0 = 0\n"
		"client inq = 6\n"},
	{"tcp_recvmsg_locked(): 0 bytes of an empty queue wait", CONNECTED,
		"client recv 0 MSG_DONTWAIT = -1 EAGAIN\n"
		"client recv 0 = timeout in ESTABLISHED\n"},
	{"tcp_recvmsg_locked(): 0 bytes, woken: while (len > 0) ends", CONNECTED,
		"client recv 0 &\n"
		"server write 6 = 6\n"
		"client join = 0\n"
		"client await inq=6\n"},
	{"tcp_recvmsg_locked(): 0 bytes, SO_RCVTIMEO: while (len > 0) ends, too", CONNECTED,
		"client setsockopt SO_RCVTIMEO 0,20000 = 0\n"
		"client recv 0 = 0\n"
		"client recv 1 = -1 EAGAIN\n"
		"client recv 0 &\n"
		"client join = 0\n"},
	{"tcp_recvmsg_locked(): 0 bytes, woken by RST: the error stays", CONNECTED,
		"client recv 0 &\n"
		"server setsockopt SO_LINGER 1,0 = 0\n"
		"server close = 0\n"
		"client await CLOSE\n"
		"client join = 0\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"},
	{"tcp_recvmsg_locked(): 0 bytes, not connected: ENOTCONN", FRESH,
		"client recv 0 = -1 ENOTCONN\n"
		"client read 0 = 0\n"},
	{"__sys_sendmmsg(): messages are counted, and 0 bytes are one", CONNECTED,
		"client sendmmsg 0 2 = 2\n"
		"client sendmmsg 6 3 = 3\n"
		"server await inq=18\n"},
	{"__sys_sendmmsg(): the error of the first message", RESET,
		"client sigpipe handler = 0\n"
		"client sendmmsg 6 2 = -1 ECONNRESET\n"
		"client sendmmsg 0 2 = -1 EPIPE SIGPIPE\n"
		"client sendmmsg 6 2 MSG_NOSIGNAL = -1 EPIPE\n"},
};

#endif
