/*
 * model_uring: io_uring's opcodes, written from io_uring/net.c, rw.c, splice.c and openclose.c and
 * not from the model's answers.
 */
#ifndef CLOSEWAIT_TEST_MODEL_URING_H
#define CLOSEWAIT_TEST_MODEL_URING_H

#include "model_conditions.h"

static const struct row uring[] = {
	{"io_connect(), io_accept(): as the calls", FRESH,
		"server uring_accept &\n"
		"client uring_connect = 0\n"
		"server join = 0\n"
		"client uring_connect = -1 EISCONN\n"
		"server uring_accept = -1 EINVAL\n"
		"client state = ESTABLISHED\n"},
	{"io_connect(): refused", FRESH,
		"server uring_close = 0\n"
		"client uring_connect = -1 ECONNREFUSED\n"},
	{"io_connect(): O_NONBLOCK does not matter", FRESH,
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client uring_connect = 0\n"},
	{"io_recv(), io_read(): O_NONBLOCK does not matter, MSG_DONTWAIT does", CONNECTED,
		"client fcntl F_SETFL O_NONBLOCK = 0\n"
		"client uring_recv 16 MSG_DONTWAIT = -1 EAGAIN\n"
		"client uring_recv 16 &\n"
		"server write 6 = 6\n"
		"client join = 6\n"
		"client uring_read 16 = timeout in ESTABLISHED\n"},
	{"io_read(): sock_read_iter(): nothing to read is not asked for", RESET,
		"client uring_read 0 = 0\n"
		"client uring_recv 16 = -1 ECONNRESET\n"
		"client uring_recv 16 = 0\n"},
	{"io_write(): 0 bytes in parts reach the socket", RESET,
		"client uring_writev 0 0 = -1 ECONNRESET\n"
		"client uring_writev 6 1025 = -1 EINVAL\n"
		"client uring_writev 6 3 = -1 EPIPE\n"},
	{"io_splice(): a worker's SIGPIPE reaches nobody", RESET_AFTER_FIN,
		"client sigpipe handler = 0\n"
		"client uring_splice 0 = 0\n"
		"client uring_splice 6 = -1 EPIPE\n"
		"client uring_writev 6 = -1 EPIPE SIGPIPE\n"},
	{"io_shutdown(), io_close()", CONNECTED,
		"client uring_shutdown SHUT_WR = 0\n"
		"server await CLOSE_WAIT\n"
		"server uring_close = 0\n"
		"server uring_close = -1 EBADF\n"
		"server uring_shutdown SHUT_WR = -1 EBADF\n"
		"client await TIME_WAIT = timeout in CLOSE\n"},
	{"io_file_get_normal(): a request holds the file", CONNECTED,
		"client uring_recv 16 &\n"
		"client uring_close = 0\n"
		"server poll = POLLOUT\n"
		"server write 6 = 6\n"
		"client join = 6\n"
		"server await CLOSE_WAIT\n"},
	{"io_sync_cancel(): ECANCELED, once", CONNECTED,
		"client uring_cancel = -1 ENOENT\n"
		"client uring_recv 16 &\n"
		"client uring_cancel = 0\n"
		"client uring_cancel = -1 ENOENT\n"
		"client join = -1 ECANCELED\n"
		"server write 6 = 6\n"
		"client read 16 = 6\n"},
	{"io_sync_cancel(): then the last reference goes, and the FIN with it", CONNECTED,
		"client uring_recv 16 &\n"
		"client close = 0\n"
		"server poll = POLLOUT\n"
		"client uring_cancel = 0\n"
		"client join = -1 ECANCELED\n"
		"server await CLOSE_WAIT\n"},
};

#endif
