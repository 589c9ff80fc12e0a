#include "cmd/live.h"

#include "tracer/tracee.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* A line, as strace would print it, of a thread. */
__attribute__((format(printf, 3, 4))) static void say(
	struct live *live, pid_t pid, const char *format, ...)
{
	char text[256];
	va_list arguments;
	int used = snprintf(text, sizeof text, "%d ", (int)pid);

	va_start(arguments, format);
	vsnprintf(text + used, sizeof text - (size_t)used, format, arguments);
	va_end(arguments);
	live->exhausted |= !strace_log_feed(live->log, text);
}

static void follow(struct live *live, pid_t pid, long fd)
{
	unsigned long inode = tracee_socket(pid, (int)fd);

	if (inode)
		live->inode[live->opened++ % LIVE_SOCKETS] = inode;
}

static int followed(const struct live *live)
{
	return live->opened < LIVE_SOCKETS ? (int)live->opened : LIVE_SOCKETS;
}

/* The one that is the descriptor, if it is followed. */
static struct decode_sockets only(const struct live *live, pid_t pid, unsigned long fd)
{
	struct decode_sockets sockets = {.inode = {tracee_socket(pid, (int)fd)}};

	for (int i = 0; i < followed(live) && sockets.inode[0]; i++)
		if (live->inode[i] == sockets.inode[0])
			sockets.count = 1;
	return sockets;
}

/* Some of those that are followed, as many as can be looked for at once. */
static struct decode_sockets some(const struct live *live, int from)
{
	struct decode_sockets sockets = {0};

	for (int i = from; i < followed(live) && sockets.count < DECODE_LIMIT; i++)
		sockets.inode[sockets.count++] = live->inode[i];
	return sockets;
}

/* Is the call on many descriptors at once? */
static bool looks_at_many(enum call_id id)
{
	switch (id) {
	case CALL_poll:
	case CALL_ppoll:
	case CALL_select:
	case CALL_pselect6:
	case CALL_epoll_wait:
	case CALL_epoll_pwait:
	case CALL_epoll_pwait2:
	case CALL_splice:
		return true;
	default:
		return false;
	}
}

/* Is its first argument no descriptor, or does it make one? Then it is taken otherwise. */
static bool is_of_none(enum call_id id)
{
	switch (id) {
	case CALL_socket:
	case CALL_close_range:
	case CALL_io_uring_setup:
	case CALL_ptrace:
	case CALL_restart_syscall:
	case CALL_nanosleep:
	case CALL_clock_nanosleep:
		return true;
	default:
		return false;
	}
}

/* What the arguments say of a socket that is followed; decoded.socket is -1 when they name none. */
static void decode(const struct live *live, struct task *task)
{
	const struct call *call = &task->decoded.call;
	bool epoll = call->id == CALL_epoll_ctl;

	if (is_of_none(call->id))
		return;
	if (!looks_at_many(call->id)) {
		struct decode_sockets one = only(live, task->pid, call->argument[epoll ? 2 : 0]);

		if (one.count)
			decode_entry(task->pid, &one, &task->decoded);
		return;
	}
	for (int i = 0; i < followed(live) && task->decoded.socket < 0; i += DECODE_LIMIT) {
		struct decode_sockets several = some(live, i);

		decode_entry(task->pid, &several, &task->decoded);
	}
}

/* A call that may give, or take, a descriptor of a socket, whichever its arguments name. */
static bool moves_descriptors(enum call_id id)
{
	return id == CALL_socket || id == CALL_dup2 || id == CALL_dup3 || id == CALL_close_range ||
	       id == CALL_io_uring_setup;
}

static void take_entry(const struct live *live, const struct tracer_event *event)
{
	struct task *task = event->task;

	if (!event->again)
		decode(live, task);
	tracer_resume(task,
		event->again || task->decoded.socket >= 0 ||
			moves_descriptors(task->decoded.call.id),
		0);
}

static void give(struct live *live, pid_t pid, struct call *call)
{
	struct epoll_event event = {0};

	call->data = (struct payload){0}; /* lengths are enough */
	if (call->id == CALL_epoll_ctl) {
		tracee_read(pid, call->argument[3], &event, sizeof event);
		call->argument[3] = (unsigned long)event.data.u64;
	}
	live->exhausted |= !strace_log_call(live->log, pid, call);
}

/* Of poll(2) and epoll_wait(2), what each socket got. */
static void give_each(struct live *live, const struct task *task)
{
	for (int i = 0; i < followed(live); i++) {
		const struct decode_sockets one = {.count = 1, .inode = {live->inode[i]}};
		struct decoded d = task->decoded;

		decode_entry(task->pid, &one, &d);
		if (d.socket < 0 || !decode_exit(task->pid, &d))
			continue;
		if (call_shape(d.call.id) != SHAPE_EVENTS)
			d.call.argument[3] = (unsigned long)d.carried;
		give(live, task->pid, &d.call);
	}
}

static void take_socket(struct live *live, const struct task *task)
{
	const struct call *call = &task->decoded.call;
	long type = (long)call->argument[1], returned = call->returned;
	const char *domain = call->argument[0] == AF_INET    ? "AF_INET"
			     : call->argument[0] == AF_INET6 ? "AF_INET6"
			     : call->argument[0] == AF_UNIX  ? "AF_UNIX"
							     : NULL;

	if (returned < 0)
		return;
	if (domain && (type & 0xf) == SOCK_STREAM)
		follow(live, task->pid, returned);
	say(live, task->pid, "socket(%s, %s%s, %s) = %ld", domain ? domain : "AF_UNSPEC",
		(type & 0xf) == SOCK_STREAM ? "SOCK_STREAM" : "SOCK_DGRAM",
		type & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "",
		call->argument[2] == IPPROTO_MPTCP ? "IPPROTO_MPTCP" : "IPPROTO_IP", returned);
}

static void take_accept(struct live *live, const struct task *task)
{
	const struct call *call = &task->decoded.call;
	bool waits = call->id == CALL_accept || !(call->argument[3] & SOCK_NONBLOCK);

	if (call->returned < 0)
		return;
	follow(live, task->pid, call->returned);
	say(live, task->pid, "accept4(%d, NULL, NULL, %s) = %ld", call->fd,
		waits ? "0" : "SOCK_NONBLOCK", call->returned);
}

/* connect(2)'s address, as strace prints it. */
static void print_address(char *text, size_t size, pid_t pid, unsigned long at)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} a = {.any.sa_family = AF_UNSPEC};
	char host[INET6_ADDRSTRLEN] = "";

	/* One of IPv4 may stand at the end of what can be read. */
	if (tracee_read(pid, at, &a, sizeof a) < sizeof a.in)
		tracee_read(pid, at, &a, sizeof a.in);
	if (a.any.sa_family == AF_INET && inet_ntop(AF_INET, &a.in.sin_addr, host, sizeof host))
		snprintf(text, size,
			"{sa_family=AF_INET, sin_port=htons(%d), sin_addr=inet_addr(\"%s\")}",
			ntohs(a.in.sin_port), host);
	else if (a.any.sa_family == AF_INET6 &&
		 inet_ntop(AF_INET6, &a.in6.sin6_addr, host, sizeof host))
		snprintf(text, size,
			"{sa_family=AF_INET6, sin6_port=htons(%d), inet_pton(AF_INET6, \"%s\", "
			"&sin6_addr)}",
			ntohs(a.in6.sin6_port), host);
	else
		snprintf(text, size, "{sa_family=%s}",
			a.any.sa_family == AF_UNSPEC ? "AF_UNSPEC" : "AF_UNIX");
}

static void take_connect(struct live *live, const struct task *task)
{
	const struct call *call = &task->decoded.call;
	char address[128];

	print_address(address, sizeof address, task->pid, call->argument[1]);
	if (call->returned < 0)
		say(live, task->pid, "connect(%d, %s, 16) = -1 %s (failed)", call->fd, address,
			symbol_errno_text((int)-call->returned));
	else
		say(live, task->pid, "connect(%d, %s, 16) = 0", call->fd, address);
}

/* A call on no socket that is followed, which changes what descriptors stand for. */
static void take_descriptors(struct live *live, struct task *task)
{
	struct call *call = &task->decoded.call;

	if (call->id == CALL_socket)
		take_socket(live, task);
	else if (call->id == CALL_io_uring_setup)
		say(live, task->pid, "io_uring_setup(%lu, {}) = %ld", call->argument[0],
			call->returned);
	else if (call->id == CALL_close_range && !call->returned)
		say(live, task->pid, "close_range(%u, %u, %s) = 0", (unsigned)call->argument[0],
			(unsigned)call->argument[1],
			call->argument[2] & 4 ? "CLOSE_RANGE_CLOEXEC" : "0");
	else if ((call->id == CALL_dup2 || call->id == CALL_dup3) && call->returned >= 0) {
		call->fd = (int)call->argument[0];
		give(live, task->pid, call);
	}
}

static void take_followed(struct live *live, struct task *task)
{
	struct call *call = &task->decoded.call;
	bool many = looks_at_many(call->id) && call->id != CALL_splice &&
		    call_shape(call->id) != SHAPE_SELECT;

	if (call->id == CALL_connect)
		take_connect(live, task);
	else if (call_operation(call) == OP_ACCEPT)
		take_accept(live, task);
	else if (many && call->returned >= 0)
		give_each(live, task);
	else if (decode_exit(task->pid, &task->decoded))
		give(live, task->pid, call);
}

/* One that a signal ended gave EINTR, which tells nothing of the connection. */
static void take_exit(struct live *live, struct task *task)
{
	const struct call *call = &task->decoded.call;

	if (task->decoded.socket < 0)
		take_descriptors(live, task);
	else if (call->returned != -EINTR)
		take_followed(live, task);
	tracer_resume(task, false, 0);
}

static void take_started(struct live *live, const struct tracer_event *event)
{
	const struct task *parent = tracer_task(&live->tracer, event->parent);
	bool thread = event->task && parent && event->task->process == parent->process;

	if (parent)
		say(live, parent->pid, "clone(flags=%s) = %d", thread ? "CLONE_FILES" : "SIGCHLD",
			(int)event->pid);
}

static void take_ended(struct live *live, const struct tracer_event *event)
{
	if (event->pid == live->tracer.program) {
		live->ended = true;
		live->status = event->status;
	}
	if (WIFSIGNALED(event->status))
		say(live, event->pid, "+++ killed by SIG%s +++",
			sigabbrev_np(WTERMSIG(event->status)));
	else
		say(live, event->pid, "+++ exited with %d +++", WEXITSTATUS(event->status));
}

void live_take(struct live *live, const struct tracer_event *event)
{
	switch (event->kind) {
	case TRACER_ENTRY:
		take_entry(live, event);
		break;
	case TRACER_EXIT:
		take_exit(live, event->task);
		break;
	case TRACER_STARTED:
		take_started(live, event);
		break;
	case TRACER_SIGNAL:
		tracer_resume(event->task, false, event->number);
		break;
	case TRACER_FOREIGN:
		live->foreign = true;
		tracer_resume(event->task, false, 0);
		break;
	case TRACER_EXEC:
	case TRACER_EXITS:
		tracer_resume(event->task, false, 0);
		break;
	case TRACER_ENDED:
		take_ended(live, event);
		break;
	case TRACER_STOPPED:
	case TRACER_CONTINUED:
	case TRACER_OTHER:
	case TRACER_NONE:
		break;
	}
}
