/*
 * model_parties: several ends: the queue of a listening socket, who accepts from it and who is
 * woken, and connections beside each other. Written from the kernel's source, and each row called
 * by the function in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_PARTIES_H
#define CLOSEWAIT_TEST_MODEL_PARTIES_H

#include "model_conditions.h"

static const struct row parties[] = {
	{"reqsk_queue_remove(): first in, first out", FRESH,
		"client2 connect = 0\n"
		"client connect = 0\n"
		"server2 accept = 0\n"
		"server accept = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server2 inq = 0\n"},
	{"inet_csk_listen_poll(): POLLIN for as long as one waits", FRESH,
		"listener poll = 0\n"
		"client connect = 0\n"
		"client2 connect = 0\n"
		"server poll = POLLIN\n"
		"listener poll = POLLIN\n"
		"server accept = 0\n"
		"server poll = POLLOUT\n"
		"listener poll = POLLIN\n"
		"server2 accept = 0\n"
		"listener poll = 0\n"
		"server3 accept = timeout in CLOSE\n"},
	{"inet_csk_listen_stop(): each in the queue is reset, what was accepted is not", FRESH,
		"client connect = 0\n"
		"client2 connect = 0\n"
		"client3 connect = 0\n"
		"server accept = 0\n"
		"listener close = 0\n"
		"client2 await CLOSE\n"
		"client3 await CLOSE\n"
		"client2 read 6 = -1 ECONNRESET\n"
		"client3 write 6 = -1 ECONNRESET\n"
		"client state = ESTABLISHED\n"
		"client4 connect = -1 ECONNREFUSED\n"
		"server2 accept = -1 EBADF\n"
		"count TcpEstabResets = 4\n"},
	{"until accept the server and the listener are one descriptor", FRESH,
		"listener close = 0\n"
		"server close = -1 EBADF\n"},
	{"after accept the listener has its own", CONNECTED,
		"listener state = LISTEN\n"
		"server close = 0\n"
		"client await CLOSE_WAIT\n"
		"client2 connect = 0\n"
		"server accept = -1 EBADF\n"
		"server2 accept = 0\n"},
	{"prepare_to_wait_exclusive(): who waits for longest is woken", FRESH,
		"server2 accept &\n"
		"server accept &\n"
		"client connect = 0\n"
		"server2 join = 0\n"
		"server join = timeout in LISTEN\n"},
	{"sock_def_wakeup(): all are woken", FRESH,
		"server2 accept &\n"
		"server3 accept &\n"
		"listener shutdown SHUT_RD = 0\n"
		"server2 join = -1 EINVAL\n"
		"server3 join = -1 EINVAL\n"},
	{"sock_def_error_report(): one is woken", FRESH,
		"server2 accept &\n"
		"server3 accept &\n"
		"listener connect AF_UNSPEC = 0\n"
		"server2 join = -1 EINVAL\n"
		"server3 join = timeout in CLOSE\n"},
	{"inet_autobind(): an end that was not bound listens, and is found", FRESH,
		"client2 listen = 0\n"
		"server2 connect client2 = 0\n"
		"client2 poll = POLLIN\n"
		"client2 accept = 0\n"
		"client2 write 6 = 6\n"
		"server2 await inq=6\n"},
	{"__tcp_close(): the process's ends each by themselves", FRESH,
		"client2 listen = 0\n"
		"client connect = 0\n"
		"server accept = 0\n"
		"server2 connect client2 = 0\n"
		"client2 accept = 0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server kill\n"
		"client await CLOSE\n"
		"client getsockopt SO_ERROR = ECONNRESET\n"
		"client2 await CLOSE_WAIT\n"
		"client2 read 6 = 0\n"},
	{"SIGPIPE is the process's", FRESH,
		"client2 sigpipe default = 0\n"
		"client connect = 0\n"
		"server accept = 0\n"
		"client shutdown SHUT_WR = 0\n"
		"client write 6 = -1 EPIPE SIGPIPE\n"},
	{"sk_acceptq_is_full(): one more than the backlog; tcp_retransmit_timer(): after a second",
		FRESH,
		"listener listen 0 = 0\n"
		"client connect = 0\n"
		"client2 connect &\n"
		"client2 state = SYN_SENT\n"
		"listener poll = POLLIN\n"
		"server accept = 0\n"
		"client2 join = 0\n"
		"listener poll = POLLIN\n"
		"server2 accept = 0\n"
		"count TcpPassiveOpens = 2\n"},
	{"sk_acceptq_is_full(): the SYN goes unanswered for as long", FRESH,
		"listener listen 0 = 0\n"
		"client connect = 0\n"
		"client2 connect = timeout in SYN_SENT\n"},
	{"__sys_listen(): net.core.somaxconn is the most", FRESH,
		"sysctl net.core.somaxconn 1 = 0\n"
		"listener listen 100 = 0\n"
		"client connect = 0\n"
		"client2 connect = 0\n"
		"client3 fcntl F_SETFL O_NONBLOCK = 0\n"
		"client3 connect = -1 EINPROGRESS\n"
		"client3 connect = -1 EALREADY\n"
		"client3 poll = 0\n"},
	{"__sys_listen(): -1 is as much", FRESH,
		"sysctl net.core.somaxconn 1 = 0\n"
		"listener listen -1 = 0\n"
		"client connect = 0\n"
		"client2 connect = 0\n"
		"client3 connect = timeout in SYN_SENT\n"},
	{"inet_listen(): a longer backlog lets the next SYN in", FRESH,
		"listener listen 0 = 0\n"
		"client connect = 0\n"
		"client2 fcntl F_SETFL O_NONBLOCK = 0\n"
		"client2 connect = -1 EINPROGRESS\n"
		"listener listen 1 = 0\n"
		"client2 await ESTABLISHED\n"
		"client2 poll = POLLOUT\n"},
	{"tcp_v4_send_reset(): and a listening socket that is gone refuses it", FRESH,
		"listener listen 0 = 0\n"
		"client connect = 0\n"
		"client2 connect &\n"
		"listener close = 0\n"
		"client2 join = -1 ECONNREFUSED\n"},
	{"tcp_write_timeout(): TCP_USER_TIMEOUT ends it", FRESH,
		"listener listen 0 = 0\n"
		"client connect = 0\n"
		"client2 setsockopt TCP_USER_TIMEOUT 1100 = 0\n"
		"client2 connect &\n"
		"client2 join = -1 ETIMEDOUT\n"},
	{"a call in the background of one end holds the file for all", FRESH,
		"server2 accept &\n"
		"listener close = 0\n"
		"client connect = 0\n"
		"server2 join = 0\n"
		"client2 connect = -1 ECONNREFUSED\n"},
	{"prepare_to_wait_exclusive(): woken for nothing it queues again, behind whom?", FRESH,
		"server2 accept &\n"
		"listener shutdown SHUT_WR = 0\n"
		"server accept &\n"
		"server connect AF_UNSPEC\n"
		"server2 join\n"},
};

#endif
