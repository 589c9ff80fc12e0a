#include "language/step.h"

#include "endpoint/endpoint.h"
#include "model/model.h"
#include "observe/sandbox.h"

#include <stdio.h>
#include <string.h>

const struct operation operations[] = {
	{"connect", {ARGUMENT_ADDRESS}, FORM_NUMBER, MAY_BLOCK, endpoint_connect, NULL,
		machine_connect,
		"connect(2) to the listener, 0 once established; or AF_UNSPEC, which disconnects",
		"client connect = 0"},
	{"accept", {0}, FORM_NUMBER, MAY_BLOCK, endpoint_accept, NULL, machine_accept,
		"accept(2) the client's connection; 0 stands for the new descriptor",
		"server accept = 0"},
	{"listen", {0}, FORM_NUMBER, 0, endpoint_listen, NULL, machine_listen, "listen(2)",
		"server listen = 0"},
	{"write", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK | SENDS, endpoint_write, NULL,
		machine_send, "write(2)", "client write 6 = -1 EPIPE"},
	{"writev", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK | SENDS, endpoint_writev, NULL,
		machine_writev, "writev(2) of two parts", "client writev 6 = 6"},
	{"send", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, MAY_BLOCK | SENDS, endpoint_send,
		NULL, machine_send, "send(2)", "client send 6 MSG_NOSIGNAL|MSG_DONTWAIT = 6"},
	{"sendmsg", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, MAY_BLOCK | SENDS,
		endpoint_sendmsg, NULL, machine_send, "sendmsg(2) of two parts",
		"client sendmsg 6 = 6"},
	{"sendmmsg", {ARGUMENT_LENGTH, ARGUMENT_COUNT, ARGUMENT_FLAGS}, FORM_NUMBER,
		MAY_BLOCK | SENDS, endpoint_sendmmsg, NULL, machine_sendmmsg,
		"sendmmsg(2) of COUNT messages; the result counts messages",
		"client sendmmsg 6 2 = 2"},
	{"sendfile", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK | SENDS, endpoint_sendfile, NULL,
		machine_sendfile, "sendfile(2) from a file in memory", "client sendfile 6 = 6"},
	{"splice", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK | SENDS, endpoint_splice, NULL,
		machine_splice, "splice(2) from a pipe that holds as much", "client splice 6 = 6"},
	{"uring_write", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK | SENDS, endpoint_uring_write,
		NULL, machine_uring_write, "io_uring's IORING_OP_WRITE",
		"client uring_write 6 = 6"},
	{"uring_send", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, MAY_BLOCK | SENDS,
		endpoint_uring_send, NULL, machine_uring_send, "io_uring's IORING_OP_SEND",
		"client uring_send 6 = -1 EPIPE"},
	{"fill", {0}, FORM_NUMBER, 0, endpoint_fill, NULL, machine_fill,
		"send(2) without waiting until both ends' buffers are full; the bytes sent",
		"client fill = >0"},
	{"read", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK, endpoint_read, NULL, machine_receive,
		"read(2)", "client read 16 = 0"},
	{"readv", {ARGUMENT_LENGTH}, FORM_NUMBER, MAY_BLOCK, endpoint_readv, NULL, machine_receive,
		"readv(2) into two parts", "client readv 16 = 0"},
	{"recv", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, MAY_BLOCK, endpoint_recv, NULL,
		machine_receive, "recv(2)", "client recv 16 MSG_PEEK = -1 ECONNRESET"},
	{"recvmsg", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, MAY_BLOCK, endpoint_recvmsg,
		NULL, machine_receive, "recvmsg(2) into two parts, with room for control messages",
		"client recvmsg 16 MSG_ERRQUEUE = -1 EAGAIN"},
	{"shutdown", {ARGUMENT_HOW}, FORM_NUMBER, 0, endpoint_shutdown, NULL, machine_shutdown,
		"shutdown(2)", "server shutdown SHUT_WR = 0"},
	{"close", {0}, FORM_NUMBER, MAY_BLOCK, endpoint_close, NULL, machine_close,
		"close(2); before accept, of the listening socket", "server close = 0"},
	{"dup", {0}, FORM_NUMBER, 0, endpoint_dup, NULL, machine_dup,
		"dup(2): the socket lives until both descriptors are closed; 0 stands for it",
		"client dup = 0"},
	{"exit", {0}, FORM_AWAIT, ENDS_PROCESS, endpoint_exit, NULL, machine_exit,
		"the server's process ends by _exit(2); its kernel closes for it", "server exit"},
	{"kill", {0}, FORM_AWAIT, ENDS_PROCESS, endpoint_kill, NULL, machine_exit,
		"the server's process is ended by SIGKILL; its kernel closes for it",
		"server kill"},
	{"destroy", {0}, FORM_NUMBER, 0, endpoint_destroy, NULL, machine_destroy,
		"SOCK_DESTROY of this end, as ss -K", "client destroy = 0"},
	{"poll", {ARGUMENT_EVENTS}, FORM_EVENTS, MAY_BLOCK, endpoint_poll, NULL, machine_poll,
		"poll(2), without waiting unless in the background; the result is revents",
		"client poll = POLLOUT"},
	{"select", {0}, FORM_SETS, MAY_BLOCK, endpoint_select, NULL, machine_select,
		"select(2), as poll; the result is the sets of readfds, writefds and exceptfds "
		"that "
		"the descriptor is in",
		"client select = readfds|writefds"},
	{"epoll_ctl", {ARGUMENT_ACTION, ARGUMENT_EPOLL}, FORM_NUMBER, 0, endpoint_epoll_ctl, NULL,
		machine_epoll_ctl, "epoll_ctl(2) on this side's one epoll instance",
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0"},
	{"epoll_wait", {0}, FORM_EPOLL, MAY_BLOCK, endpoint_epoll_wait, NULL, machine_epoll_wait,
		"epoll_wait(2), as poll; the result is the events", "client epoll_wait = EPOLLIN"},
	{"getsockopt", {ARGUMENT_GET}, FORM_NUMBER, 0, endpoint_getsockopt, NULL,
		machine_getsockopt, "getsockopt(2); the result is the option's value",
		"client getsockopt SO_ERROR = ECONNRESET"},
	{"setsockopt", {ARGUMENT_SET, ARGUMENT_VALUE}, FORM_NUMBER, 0, endpoint_setsockopt, NULL,
		machine_setsockopt, "setsockopt(2)", "server setsockopt SO_LINGER 1,0 = 0"},
	{"fcntl", {ARGUMENT_COMMAND, ARGUMENT_FILE}, FORM_NUMBER, 0, endpoint_fcntl, NULL,
		machine_fcntl, "fcntl(2)", "client fcntl F_SETFL O_NONBLOCK = 0"},
	{"getpeername", {0}, FORM_NUMBER, 0, endpoint_getpeername, NULL, machine_getpeername,
		"getpeername(2)", "client getpeername = -1 ENOTCONN"},
	{"inq", {0}, FORM_NUMBER, 0, endpoint_inq, NULL, machine_inq,
		"ioctl(2) SIOCINQ: unread bytes in the receive queue", "client inq = 6"},
	{"outq", {0}, FORM_NUMBER, 0, endpoint_outq, NULL, machine_outq,
		"ioctl(2) SIOCOUTQ: bytes in the send queue, sent and not acknowledged or not sent",
		"client outq = 0"},
	{"state", {0}, FORM_STATE, OF_TCP, endpoint_state, NULL, machine_state,
		"the TCP state: TCP_INFO, or /proc/net/tcp once closed",
		"client state = CLOSE_WAIT"},
	{"await", {ARGUMENT_TARGET}, FORM_AWAIT, 0, endpoint_await, NULL, machine_await,
		"wait until the kernel shows this state, all of these poll events, or this many "
		"bytes",
		"server await FIN_WAIT2"},
	{"join", {0}, FORM_NUMBER, 0, endpoint_join, NULL, machine_join,
		"wait for this side's step in the background; the result is that step's",
		"client join = -1 ECONNRESET"},
	{"sigpipe", {ARGUMENT_SIGPIPE}, FORM_NUMBER, 0, endpoint_sigpipe, NULL, machine_sigpipe,
		"what this side does with SIGPIPE from here on: ignore, default or handler",
		"client sigpipe default = 0"},
	{"count", {ARGUMENT_COUNTER}, FORM_NUMBER, OF_TCP, NULL, sandbox_count, machine_count,
		"how far the MIB counter moved since the experiment began, named as by nstat",
		"count TcpOutRsts = 1"},
	{"sysctl", {ARGUMENT_SYSCTL, ARGUMENT_TEXT}, FORM_NUMBER, 0, NULL, sandbox_sysctl,
		machine_sysctl, "set a sysctl of the namespace until the experiment ends",
		"sysctl net.ipv4.tcp_retries2 3 = 0"},
	{"link", {ARGUMENT_LINK}, FORM_NUMBER, 0, NULL, sandbox_link, machine_link,
		"take the loopback interface down, or up again", "link down = 0"},
	{0},
};

const struct operation *operation_find(const char *name)
{
	for (const struct operation *o = operations; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

const char *who_text(enum who who)
{
	static const char *const texts[] = {"client", "server", ""};

	return texts[who];
}

bool who_value(const char *text, enum who *who)
{
	const struct operation *operation = operation_find(text);

	*who = operation && operation->act ? NAMESPACE : strcmp(text, "client") ? SERVER : CLIENT;
	return *who == NAMESPACE || !strcmp(text, who_text(*who));
}

long step_flags(const struct step *step)
{
	for (int i = 0; i < STEP_ARGUMENTS; i++)
		if (step->operation->argument[i] == ARGUMENT_FLAGS)
			return step->number[i];
	return 0;
}

enum result_form step_form(const struct step *step)
{
	if (step->operation->predict == machine_join)
		return step->joined;
	if (step->operation->argument[0] != ARGUMENT_GET || !step->option)
		return step->operation->form;
	switch (step->option->form) {
	case OPTION_LINGER:
	case OPTION_TIMEVAL:
		return FORM_PAIR;
	case OPTION_ERRNO:
		return FORM_ERRNO;
	case OPTION_INT:
		break;
	}
	return FORM_VALUE;
}

bool step_is_of_tcp(const struct step *step)
{
	return step->operation->may & OF_TCP ||
	       (step->operation->predict == machine_await && step->target == TARGET_STATE);
}

void step_text(const struct step *step, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "%s%s%s", who_text(step->who),
		step->who == NAMESPACE ? "" : " ", step->operation->name);

	for (int i = 0; i < step->word_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s", step->word[i]);
	if (step->background && used < size)
		snprintf(text + used, size - used, " &");
}
