/*
 * model_texts: read until TEXT: what it finds is what was sent, in order.
 */
#ifndef CLOSEWAIT_TEST_MODEL_TEXTS_H
#define CLOSEWAIT_TEST_MODEL_TEXTS_H

#include "model_conditions.h"

static const struct row texts[] = {
	{"read until: no further than the text", CONNECTED,
		"client write \"GET / HTTP/1.1\\r\\n\\r\\nbody\" = 22\n"
		"server await inq=22\n"
		"server read until \"\\r\\n\\r\\n\" = 18\n"
		"server inq = 4\n"
		"server read 1 = 1\n"
		"server read until \"y\" = 3\n"},
	{"read until: its first occurrence", CONNECTED,
		"client sendmmsg \"ab\" 3 = 3\n"
		"server await inq=6\n"
		"server read until \"ba\" = 3\n"
		"server read until \"b\" = 1\n"
		"server read until \"ab\" = 2\n"},
	{"read until: zeroes are sent where there is no text", CONNECTED,
		"client write 4 = 4\n"
		"client write \"x\" = 1\n"
		"server await inq=5\n"
		"server read until \"\\0x\" = 5\n"},
	{"read until: waits, with what it has read", CONNECTED,
		"client write \"ab\" = 2\n"
		"server await inq=2\n"
		"server read until \"bc\" &\n"
		"server inq = 0\n"
		"client write \"cd\" = 2\n"
		"server join = 3\n"
		"server inq = 1\n"
		"server read until \"d\" = 1\n"},
	{"read until: the end of the stream comes before it", CONNECTED,
		"client write \"ab\" = 2\n"
		"client shutdown SHUT_WR = 0\n"
		"server await CLOSE_WAIT\n"
		"server read until \"c\" = 2\n"
		"server read until \"c\" = 0\n"},
	{"read until: a reset ends it, whatever was read", CONNECTED,
		"client write \"ab\" = 2\n"
		"server await inq=2\n"
		"server read until \"c\" &\n"
		"client destroy = 0\n"
		"server join = -1 ECONNRESET\n"
		"server read until \"c\" = 0\n"},
	{"read until: a call that may not wait has read all the same", CONNECTED,
		"server fcntl F_SETFL O_NONBLOCK = 0\n"
		"client write \"ab\" = 2\n"
		"server await inq=2\n"
		"server read until \"c\" = -1 EAGAIN\n"
		"server inq = 0\n"},
	{"read until: the descriptor is closed while it waits", CONNECTED,
		"server read until \"c\" &\n"
		"server close = 0\n"
		"client write \"abc\" = 3\n"
		"server join = -1 EBADF\n"},
	{"read until: the descriptor that it began with is closed while it waits", CONNECTED,
		"server dup = 0\n"
		"server read until \"c\" &\n"
		"server close = 0\n"
		"client write \"abc\" = 3\n"
		"server join = -1 EBADF\n"
		"server read until \"c\" = 3\n"},
	{"read until: SHUT_RD of its own end", CONNECTED,
		"server shutdown SHUT_RD = 0\n"
		"server read until \"c\" = 0\n"},
	{"MSG_WAITALL: what is read meanwhile is sent, whatever the buffers", CONNECTED,
		"server recv 1048576 MSG_WAITALL &\n"
		"client write 1048576 = 1048576\n"
		"server join = 1048576\n"
		"client await outq=0\n"
		"client write 6 = 6\n"
		"server await inq=6\n"
		"server read 9 = 6\n"},
	{"MSG_WAITALL: small buffers, too", CONNECTED,
		"client setsockopt SO_SNDBUF 4096 = 0\n"
		"server setsockopt SO_RCVBUF 4096 = 0\n"
		"server recv 200000 MSG_WAITALL &\n"
		"client write 200000 = 200000\n"
		"server join = 200000\n"},
	{"MSG_WAITALL: what reads less is no certainty", CONNECTED,
		"server recv 1000000 MSG_WAITALL &\n"
		"client write 1048576\n"
		"client getsockopt SO_ERROR\n"},
	{"sk_stream_wait_memory(): a call that may not wait sends a part", CONNECTED,
		"client setsockopt SO_SNDBUF 4096 = 0\n"
		"server setsockopt SO_RCVBUF 4096 = 0\n"
		"client send 1048576 MSG_DONTWAIT = 1..1048576\n"
		"client send 1 MSG_DONTWAIT = -1 EAGAIN\n"},
	{"read until: not connected", FRESH,
		"client read until \"c\" = -1 ENOTCONN\n"
		"server read until \"c\" = -1 ENOTCONN\n"},
	{"read until: blocks", CONNECTED, "server read until \"c\" = timeout in ESTABLISHED\n"},
	{"read until: SO_RCVTIMEO", CONNECTED,
		"server setsockopt SO_RCVTIMEO 0,20000 = 0\n"
		"server read until \"c\" = -1 EAGAIN\n"},
	{"read until: what stands behind a full buffer is not known", CONNECTED,
		"client setsockopt SO_SNDBUF 4096 = 0\n"
		"server setsockopt SO_RCVBUF 4096 = 0\n"
		"client fill = >0\n"
		"server read until \"c\"\n"
		"client getsockopt SO_ERROR\n"},
	{"read until: nor does the model know more than 512 bytes", CONNECTED,
		"client write 600 = 600\n"
		"client write \"ab\" = 2\n"
		"server await inq=602\n"
		"server read until \"a\"\n"
		"client getsockopt SO_ERROR\n"},
	{"read until: but what was read is out of the way", CONNECTED,
		"client write 600 = 600\n"
		"server await inq=600\n"
		"server read 600 = 600\n"
		"client write \"ab\" = 2\n"
		"server await inq=2\n"
		"server read until \"a\" = 1\n"},
};

#endif
