/*
 * model_buffers: the bytes of a call: parts of an iovec, memory that is not there; written from the
 * kernel's source and not from the model's answers.
 */
#ifndef CLOSEWAIT_TEST_MODEL_BUFFERS_H
#define CLOSEWAIT_TEST_MODEL_BUFFERS_H

#include "model_conditions.h"

static const struct row buffers[] = {
	{"iovec_from_user(): UIO_MAXIOV parts, and not one more", CONNECTED,
		"client writev 6 1024 = 6\n"
		"client writev 6 1025 = -1 EINVAL\n"
		"client readv 6 1025 = -1 EINVAL\n"
		"client writev 0 0 = 0\n"},
	{"copy_msghdr_from_user(): EMSGSIZE", CONNECTED,
		"client sendmsg 6 0 1024 = 6\n"
		"client sendmsg 6 0 1025 = -1 EMSGSIZE\n"
		"client recvmsg 6 0 1025 = -1 EMSGSIZE\n"},
	{"both before the socket, and the stored error stays", RESET,
		"client writev 6 1025 = -1 EINVAL\n"
		"client readv 6 1025 = -1 EINVAL\n"
		"client sendmsg 6 0 1025 = -1 EMSGSIZE\n"
		"client recvmsg 6 0 1025 = -1 EMSGSIZE\n"
		"client sendmsg 6 0 3 = -1 ECONNRESET\n"},
	{"and behind the descriptor", CONNECTED,
		"client close = 0\n"
		"client writev 6 1025 = -1 EBADF\n"
		"client recvmsg 6 0 1025 = -1 EBADF\n"},
	{"tcp_sendmsg_locked(): do_error, nothing copied", CONNECTED,
		"client write 6 mapped=0 = -1 EFAULT\n"
		"client send 32 MSG_DONTWAIT mapped=31 = -1 EFAULT\n"
		"client write 6 mapped=6 = 6\n"
		"server await inq=6\n"
		"server read 6 = 6\n"
		"client write 1048576 mapped=0 = -1 EFAULT\n"
		"server inq = 0\n"},
	{"the state is asked first", RESET,
		"client write 6 mapped=0 = -1 ECONNRESET\n"
		"client write 6 mapped=0 = -1 EPIPE\n"},
	{"no packet, and so no RST", PEER_CLOSED,
		"client write 6 mapped=0 = -1 EFAULT\n"
		"client state = CLOSE_WAIT\n"
		"client write 6 = 6\n"
		"client await CLOSE\n"},
	{"a full send buffer is asked first", CONNECTED,
		"client fill = >0\n"
		"client send 6 MSG_DONTWAIT mapped=0 = -1 EAGAIN\n"},
	{"tcp_recvmsg_locked(): nothing copied, nothing taken", CONNECTED,
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client read 6 mapped=0 = -1 EFAULT\n"
		"client recv 10 MSG_WAITALL mapped=0 = -1 EFAULT\n"
		"client recv 6 MSG_PEEK mapped=0 = -1 EFAULT\n"
		"client inq = 6\n"
		"client read 99 mapped=6 = 6\n"},
	{"MSG_TRUNC copies nothing", CONNECTED,
		"server write 6 = 6\n"
		"client await inq=6\n"
		"client recv 6 MSG_TRUNC mapped=0 = 6\n"
		"client inq = 0\n"},
	{"an empty queue needs no buffer", PEER_CLOSED, "client read 6 mapped=0 = 0\n"},
	{"nor does a stored error", RESET, "client read 6 mapped=0 = -1 ECONNRESET\n"},
	{"sleeping, it looks when there is data", CONNECTED,
		"client read 6 mapped=0 &\n"
		"server write 6 = 6\n"
		"client join = -1 EFAULT\n"
		"client await inq=6\n"},
	{"sk_getsockopt(): SO_ACCEPTCONN: the state", FRESH,
		"client getsockopt SO_ACCEPTCONN = 0\n"
		"server getsockopt SO_ACCEPTCONN = 1\n"
		"server setsockopt SO_ACCEPTCONN 0 = -1 ENOPROTOOPT\n"
		"client connect = 0\n"
		"server accept = 0\n"
		"server getsockopt SO_ACCEPTCONN = 0\n"},
	{"inet_getname(): always, of its own end", RESET,
		"client getsockname = 0\n"
		"server getsockname = -1 EBADF\n"},
};

#endif
