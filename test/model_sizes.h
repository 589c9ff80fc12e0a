/*
 * model_sizes: how much fits, and what is certain of more than that; written from the kernel's
 * source and measurements, and not from the model's answers.
 */
#ifndef CLOSEWAIT_TEST_MODEL_SIZES_H
#define CLOSEWAIT_TEST_MODEL_SIZES_H

#include "model_conditions.h"

#define SMALL \
	"client setsockopt SO_SNDBUF 4096 = 0\nserver setsockopt SO_RCVBUF 4096 = 0\n" \
	"client connect = 0\nserver accept = 0\n"

static const struct row sizes[] = {
	{"the first window of tcp_select_initial_window()", CONNECTED,
		"client write 60000 = 60000\n"
		"server await inq=60000\n"
		"server read 60000 = 60000\n"},
	{"half of what SO_SNDBUF and SO_RCVBUF asked for", SMALL,
		"client send 2048 MSG_DONTWAIT = 2048\n"
		"server await inq=2048\n"},
	{"a call that waits needs no room in the send buffer",
		"client setsockopt SO_SNDBUF 1 = 0\nclient connect = 0\nserver accept = 0\n",
		"client write 60000 = 60000\n"},
	{"one that does not takes what there is",
		"client setsockopt SO_SNDBUF 1 = 0\nclient connect = 0\nserver accept = 0\n",
		"client send 60000 MSG_DONTWAIT = 1..60000\n"},
	{"sk_stream_memory_free(): what the window keeps back is queued", CONNECTED,
		"server write 1000000 = 1000000\n"
		"client read 60000 = 60000\n"
		"client read 100000 = 1..100000\n"
		"client recv 800000 MSG_WAITALL = 800000\n"},
	{"peeking takes nothing", CONNECTED,
		"server write 1000000 = 1000000\n"
		"client recv 60000 MSG_PEEK = 60000\n"
		"client recv 100000 MSG_PEEK|MSG_DONTWAIT = 1..100000\n"
		"client recv 1000000 MSG_WAITALL = 1000000\n"
		"client inq = 0\n"},
	{"the FIN stands behind it", CONNECTED,
		"server write 500000 = 500000\n"
		"server write 500000 = 500000\n"
		"server close = 0\n"
		"client read 1000000 = 1..1000000\n"},
	{"up to the FIN", CONNECTED,
		"server write 1000000 = 1000000\n"
		"server close = 0\n"
		"client recv 999999 MSG_WAITALL = 999999\n"
		"client recv 6 MSG_WAITALL = 1\n"
		"client read 6 = 0\n"
		"client await CLOSE_WAIT\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"
		"client write 6 = -1 EPIPE\n"},
	{"however much was read by then", CONNECTED,
		"server write 1000000 = 1000000\n"
		"server shutdown SHUT_WR = 0\n"
		"client read 100000 = 1..100000\n"
		"client recv 1048576 MSG_WAITALL = 900000..999999\n"
		"client read 6 = 0\n"
		"client write 6 = 6\n"},
	{"the other direction is another matter", CONNECTED,
		"server write 1000000 = 1000000\n"
		"client write 6 = 6\n"
		"server read 6 = 6\n"},
	{"__tcp_close(): unread data is lost", CONNECTED,
		"server write 1000000 = 1000000\n"
		"client close = 0\n"
		"server await CLOSE\n"
		"server write 6 = -1 ECONNRESET\n"
		"server write 6 = -1 EPIPE\n"},
	{"sk_stream_wait_memory(): a call that waits ends when all was read",
		"server setsockopt SO_SNDBUF 16384 = 0\nclient connect = 0\nserver accept = 0\n",
		"server write 1000000 &\n"
		"client recv 600000 MSG_WAITALL = 600000\n"
		"client recv 400000 MSG_WAITALL = 400000\n"
		"server join = 1000000\n"
		"server write 6 = 6\n"
		"client read 6 = 6\n"},
	{"or in part, with the connection",
		"server setsockopt SO_SNDBUF 16384 = 0\nclient connect = 0\nserver accept = 0\n",
		"server write 1000000 &\n"
		"client close = 0\n"
		"server join = 1..1000000\n"
		"server write 6 = -1 ECONNRESET\n"},
	{"the FIN may have come, and what is sent in answer found nobody", CONNECTED,
		"client write 65536 = 65536\n"
		"client shutdown SHUT_RDWR = 0\n"
		"server read 1000 = 1000\n"},
	{"a RST purges what may have been sent: __tcp_close()", CONNECTED,
		"server write 65536 = 65536\n"
		"client close = 0\n"
		"server await CLOSE\n"},
	{"sk_setsockopt(): SO_SNDBUF calls sk_write_space(): a call for 0 bytes is woken",
		CONNECTED,
		"client recv 0 MSG_PEEK &\n"
		"client setsockopt SO_SNDBUF 212992 = 0\n"
		"client join = 0\n"},
	{"and so is the first of those that accept, who waits behind the others then", FRESH,
		"server2 accept &\n"
		"server3 accept &\n"
		"listener setsockopt SO_SNDBUF 212992 = 0\n"
		"client connect = 0\n"
		"server3 join = 0\n"
		"server2 join = timeout in CLOSE\n"},
	{"after SHUT_RD MSG_WAITALL waits for nothing: tcp_recvmsg_locked()",
		"server setsockopt SO_SNDBUF 16384 = 0\nclient connect = 0\nserver accept = 0\n",
		"server fill = >0\n"
		"client shutdown SHUT_RD = 0\n"
		"server kill\n"
		"client recv 1048576 MSG_WAITALL = >0\n"},
	/* It had less than 1 MiB, and the kernel waited for the rest (orders of
	 * shutdown-simultaneous). */
	{"MSG_WAITALL of more than what surely came may wait", CONNECTED,
		"client setsockopt SO_SNDBUF 212992 = 0\n"
		"client fill = >0\n"
		"server shutdown SHUT_WR = 0\n"
		"client await CLOSE_WAIT\n"
		"server recv 1048576 MSG_WAITALL\n"
		"server read 6\n"},
	{"fill is of the buffers that there are", SMALL,
		"client fill = >0\n"
		"server recv 1024 MSG_PEEK = 1024\n"
		"server recv 8000 MSG_PEEK = >0\n"},
	{"the FIN behind the flood may have been acknowledged: shutdown(2) may find no connection",
		CONNECTED,
		"server write 65536 = 65536\n"
		"client shutdown SHUT_WR = 0\n"
		"server shutdown SHUT_RDWR = 0\n"
		"server shutdown SHUT_WR\n"},
	{"sk_stream_write_space(): is a call of the sender's for no bytes woken by room?",
		CONNECTED,
		"server recv 0 MSG_TRUNC &\n"
		"server write 65536\n"
		"client recv 65536 MSG_WAITALL\n"
		"server join\n"},
};

#undef SMALL

#endif
