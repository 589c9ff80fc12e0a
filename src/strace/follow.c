#include "strace/follow.h"

#include "strace/follow_opening.h"
#include "strace/strace_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* What -y or -yy tells of a descriptor: "TCP:[127.0.0.1:80->127.0.0.1:5]". */
static struct span decoration(struct span argument)
{
	const char *begin = argument.length ? memchr(argument.text, '<', argument.length) : NULL;

	if (!begin || argument.text[argument.length - 1] != '>')
		return (struct span){"", 0};
	return (struct span){begin + 1, argument.length - (size_t)(begin + 1 - argument.text) - 1};
}

/* Is it a call that only a socket knows? */
static bool is_sockets(const struct call *call)
{
	switch (call->id) {
	case CALL_connect:
	case CALL_shutdown:
	case CALL_sendto:
	case CALL_sendmsg:
	case CALL_sendmmsg:
	case CALL_recvfrom:
	case CALL_recvmsg:
	case CALL_getsockopt:
	case CALL_setsockopt:
	case CALL_getpeername:
		return call->returned != -ENOTSOCK && call->returned != -EBADF;
	default:
		return false;
	}
}

/* Is it an error that only a socket gives; or, where it may be a pipe of the shell's, not that? */
static bool is_sockets_error(const struct call *call)
{
	return call->returned == -ECONNRESET || call->returned == -ENOTCONN ||
	       call->returned == -ETIMEDOUT || call->returned == -ECONNABORTED ||
	       (call->returned == -EPIPE && call->fd > 2);
}

/* What -yy shows of one that was there before the log began. */
static bool shows_stream(struct span about)
{
	return about.length > 4 &&
	       (!memcmp(about.text, "TCP:", 4) || !memcmp(about.text, "TCPv6", 5) ||
		       (about.length > 11 && !memcmp(about.text, "UNIX-STREAM", 11)));
}

static bool has_connection(const struct process *process, const void *context)
{
	const struct log_connection *c = connections_of(process, *(const int *)context);

	return c && c->proof == PROOF_LOG;
}

/* What a process whose fork is not in the log has of the only other one that has such a descriptor.
 */
static struct log_connection *inherit(struct follower *f, int fd)
{
	const struct process *from =
		f->process->orphan ? processes_only(f->processes, has_connection, &fd) : NULL;
	struct log_connection *c = from ? connections_of(from, fd) : NULL;

	if (!c || !connections_set(f, fd, c))
		return NULL;
	connections_take(c);
	c->shared = true;
	return c;
}

/* The connection of a call, or NULL; one that was there before the log began, too. */
static struct log_connection *find_connection(struct follower *f, const struct call *call)
{
	struct log_connection *c = f->resumed ? f->resumed : connections_of(f->process, call->fd);
	bool first = call->fd == (int)span_number(f->first, -1);
	struct span about = first ? decoration(f->first) : (struct span){"", 0};

	if (!f->resumed && connections_is_other(f->process, call->fd))
		return NULL;
	if (!c)
		c = inherit(f, call->fd);
	if (!c && call->fd >= 0 && call->returned != -EBADF &&
		(!about.length || shows_stream(about) || span_has(about, "socket:[")))
		c = connections_begin(
			f, call->fd, CLIENT, shows_stream(about) ? PROOF_LOG : PROOF_NONE);
	if (!c)
		return NULL;
	if (c->proof == PROOF_NONE && (is_sockets(call) || is_sockets_error(call)))
		connections_prove(f, c, PROOF_CALL);
	log_connection_note(c, about);
	return c;
}

static void add_call(struct follower *f, struct log_connection *c, const struct call *call)
{
	int flight = c == f->resumed ? f->flight : -1;

	if (!log_connection_add(c, call, flight, f->totals.lines))
		f->totals.lacking += c->proof != PROOF_NONE;
}

/* accept(2): a connection of the server's. */
static void take_accepted(struct follower *f, const struct call *call)
{
	const struct log_connection *listener = connections_of(f->process, call->fd);
	struct log_connection *c;

	if (call->returned < 0)
		return;
	c = connections_begin(f, (int)call->returned, SERVER, PROOF_LOG);
	if (!c)
		return;
	c->whole = true;
	if (listener)
		c->family = listener->family;
	log_connection_add_text(c, "accept = 0");
	if (call->flags & SOCK_NONBLOCK)
		log_connection_add_text(c, "fcntl F_SETFL O_NONBLOCK = 0");
	log_connection_note(c, decoration((struct span){f->result, strcspn(f->result, " ")}));
}

/* The last close(2) is the connection's. */
static void close_descriptor(struct follower *f, const struct call *call)
{
	struct log_connection *c = connections_of(f->process, call->fd);

	if (f->resumed && c != f->resumed)
		return; /* another thread was given the number, before this one was told */
	if (c && c->references - c->under_way == 1)
		add_call(f, c, call);
	connections_set(f, call->fd, NULL);
}

/* epoll_ctl(2): by which data the instance will tell of it. */
static void note_data(struct log_connection *c, const struct call *call)
{
	if (call->returned)
		return;
	c->watched = call->flags != EPOLL_CTL_DEL;
	c->epoll_fd = (int)call->argument[0];
	c->epoll_data = call->argument[3];
}

/* The descriptor that an event is of: the one that was added with its data; or, where that was
 * before the log began, the data itself, which most programs set to the descriptor. */
static int event_descriptor(const struct follower *f, const struct call *call)
{
	for (int i = 0; i < f->process->descriptors->room; i++) {
		const struct log_connection *c = connections_of(f->process, i);

		if (c && c->watched && c->epoll_fd == (int)call->argument[0] &&
			c->epoll_data == call->argument[3])
			return i;
	}
	const struct log_connection *c =
		call->argument[3] < DESCRIPTOR_LIMIT
			? connections_of(f->process, (int)call->argument[3])
			: NULL;

	return c && !c->watched ? (int)call->argument[3] : -1;
}

static void take_event(struct follower *f, const struct call *seen)
{
	struct call call = *seen;

	call.fd = event_descriptor(f, seen);
	struct log_connection *c = connections_of(f->process, call.fd);

	if (!c) {
		f->totals.unlike++;
		return;
	}
	/* What it was added for is not in the log. Of a poll(2) for the same, which answers with
	 * what there is of it and always with errors, the answer would have been the same. */
	if (!c->watched) {
		call.id = CALL_poll;
		call.events = call.got & ~(EPOLLERR | EPOLLHUP);
	}
	add_call(f, c, &call);
}

static void take_call(const struct call *call, void *context)
{
	struct follower *f = context;
	enum operation_id id = call_operation(call);

	if (id == OP_ACCEPT) {
		take_accepted(f, call);
		return;
	}
	if (id == OP_EPOLL_WAIT) {
		take_event(f, call);
		return;
	}
	struct log_connection *c = find_connection(f, call);

	f->totals.calls += c && c->proof != PROOF_NONE;
	if (c && id == OP_EPOLL_CTL)
		note_data(c, call);
	if (id == OP_CLOSE)
		close_descriptor(f, call);
	else if (id == OP_DUP)
		connections_duplicate(f, call->fd, (int)call->returned);
	else if (c && id == OP_LISTEN)
		c->listens = true;
	else if (c && !c->listens && call->id != CALL_bind && call->id != CALL_getsockname)
		add_call(f, c, call);
}

/* What the arguments of a call say of the connection's ends; of accept(2), of the one that it
 * gave. */
static void take_ends(struct follower *f, const char *name, struct span arguments)
{
	bool accepts = !strncmp(name, "accept", 6);
	long fd = accepts ? strtol(f->result, NULL, 10) : span_number(arguments, -1);
	struct log_connection *c = connections_of(f->process, (int)fd);

	if (c)
		log_ends_take(&c->ends, name, arguments);
}

/* Connects, so its address is known. */
static void take_address(struct follower *f, struct span arguments)
{
	struct log_connection *c = connections_of(f->process, (int)span_number(arguments, -1));
	const char *begin = memchr(arguments.text, '{', arguments.length), *end;

	if (!c || !begin ||
		!(end = memchr(begin, '}', (size_t)(arguments.text + arguments.length - begin))))
		return;
	log_connection_note(c, (struct span){begin, (size_t)(end + 1 - begin)});
}

/* close_range(2): as many closes, unless it marks them for exec alone. */
static void take_range(struct follower *f, struct span arguments)
{
	struct strace_arguments cut;

	strace_arguments_cut(&cut, arguments);
	if (cut.count < 3 || strtol(f->result, NULL, 10) ||
		span_has(cut.argument[2], "CLOSE_RANGE_CLOEXEC"))
		return;
	long last = span_number(cut.argument[1], 0), room = f->process->descriptors->room;

	for (long fd = span_number(cut.argument[0], 0); fd >= 0 && fd <= last && fd < room; fd++)
		close_descriptor(f, &(struct call){.id = CALL_close, .fd = (int)fd});
}

void follow_call(struct follower *f, const char *name, struct span arguments, const char *result)
{
	struct strace_arguments cut;

	f->result = result;
	strace_arguments_cut(&cut, arguments);
	f->first = cut.count ? cut.argument[0] : (struct span){"", 0};
	if (!strcmp(name, "io_uring_setup") && !f->totals.uring_line)
		f->totals.uring_line = f->totals.lines;
	if (!strcmp(name, "close_range"))
		take_range(f, arguments);
	else if (!follow_opening(f, name, arguments)) {
		strace_call_each(name, arguments, result, take_call, f);
		take_ends(f, name, arguments);
		if (!strcmp(name, "connect"))
			take_address(f, arguments);
	}
}

/* The descriptor that a call of so few arguments is on; -1: not known yet, or several. */
static int begun_on(const char *name, const struct strace_arguments *cut)
{
	size_t at = 0;

	if (!cut->count)
		return -1;
	if (!strncmp(name, "epoll", 5) || !strcmp(name, "splice"))
		return -1;
	if (strcmp(name, "poll") != 0 && strcmp(name, "ppoll") != 0)
		return (int)span_number(cut->argument[0], -1);
	int fd = (int)span_field(cut->argument[0], "fd", &at, -1);

	return span_field(cut->argument[0], "fd", &at, -1) < 0 ? fd : -1;
}

void follow_begun(struct follower *f, const char *name, struct span arguments)
{
	struct strace_arguments cut;

	strace_arguments_cut(&cut, arguments);
	struct log_connection *c = connections_of(f->process, begun_on(name, &cut));

	if (!c || c->listens || call_find(name) == CALL_COUNT)
		return;
	connections_take(c);
	c->under_way++;
	f->process->on = c;
	f->process->flight = log_connection_begin(c);
}

void follow_over(struct follower *f, struct process *process)
{
	struct log_connection *c = process->on;

	if (!c)
		return;
	process->on = NULL;
	if (process->flight >= 0)
		c->flight[process->flight].there = false;
	c->under_way--;
	connections_leave(c, f);
}

static void hang(const struct call *call, void *context)
{
	struct follower *f = context;

	if (call->id != CALL_close) /* which has given the descriptor away */
		log_connection_hang(f->resumed, call, f->flight);
}

void follow_hangs(struct follower *f, struct process *process)
{
	const char *arguments = process->arguments;

	if (!process->on || !arguments)
		return;
	f->resumed = process->on;
	f->flight = process->flight;
	strace_call_begun(process->name, (struct span){arguments, strlen(arguments)}, hang, f);
	f->resumed = NULL;
}

void follow_seen(struct follower *f, const struct call *call)
{
	f->result = "";
	f->first = (struct span){"", 0};
	take_call(call, f);
}
