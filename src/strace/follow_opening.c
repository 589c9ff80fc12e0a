#include "strace/follow_opening.h"

#include <stdlib.h>
#include <string.h>

/* Begins what a socket(2) of these arguments made; false when that is no stream socket. */
static bool begin_socket(struct follower *f, const struct strace_arguments *cut, int fd)
{
	bool local = cut->count >= 3 &&
		     (span_has(cut->argument[0], "UNIX") || span_has(cut->argument[0], "LOCAL"));

	if (cut->count < 3 || !span_has(cut->argument[1], "SOCK_STREAM") ||
		!(local || span_has(cut->argument[0], "INET")))
		return false;
	struct log_connection *c = connections_begin(f, fd, CLIENT, PROOF_LOG);

	if (!c)
		return true;
	c->whole = true;
	if (local)
		c->family = FAMILY_UNIX;
	else if (span_has(cut->argument[2], "MPTCP"))
		c->family = FAMILY_MPTCP4;
	else if (span_has(cut->argument[0], "INET6"))
		c->family = FAMILY_TCP6;
	snprintf(c->about, sizeof c->about, "%.*s", (int)cut->argument[0].length,
		cut->argument[0].text);
	if (span_has(cut->argument[1], "SOCK_NONBLOCK"))
		log_connection_add_text(c, "fcntl F_SETFL O_NONBLOCK = 0");
	return true;
}

/* socket(2): a stream socket may become a connection. */
static void take_socket(struct follower *f, struct span arguments)
{
	struct strace_arguments cut;
	long fd = strtol(f->result, NULL, 10);

	strace_arguments_cut(&cut, arguments);
	if (fd >= 0 && !begin_socket(f, &cut, (int)fd))
		connections_set_other(f, (int)fd);
}

/* socketpair(2), pipe(2): two descriptors, "[3, 4]", in the argument at. */
static void take_pair(struct follower *f, struct span arguments, int at)
{
	struct strace_arguments cut, two;

	strace_arguments_cut(&cut, arguments);
	if (strtol(f->result, NULL, 10) || cut.count <= at || cut.argument[at].length < 2)
		return;
	struct span inside = {cut.argument[at].text + 1, cut.argument[at].length - 2};

	strace_arguments_cut(&two, inside);
	for (int i = 0; i < two.count; i++) {
		int fd = (int)span_number(two.argument[i], -1);

		if (!begin_socket(f, &cut, fd))
			connections_set_other(f, fd);
		else if (connections_of(f->process, fd))
			log_connection_add_text(connections_of(f->process, fd), "connect = 0");
	}
}

/* Does the call give a descriptor of something that is no stream socket? */
static bool opens_other(const char *name)
{
	static const char *const names[] = {"open", "openat", "openat2", "creat", "epoll_create",
		"epoll_create1", "eventfd", "eventfd2", "timerfd_create", "signalfd", "signalfd4",
		"inotify_init", "inotify_init1", "memfd_create", "pidfd_open", "fanotify_init",
		"userfaultfd", "io_uring_setup", "mq_open", "bpf"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

bool follow_opening(struct follower *f, const char *name, struct span arguments)
{
	if (!strcmp(name, "socket"))
		take_socket(f, arguments);
	else if (!strcmp(name, "socketpair"))
		take_pair(f, arguments, 3);
	else if (!strcmp(name, "pipe") || !strcmp(name, "pipe2"))
		take_pair(f, arguments, 0);
	else if (opens_other(name))
		connections_set_other(f, (int)strtol(f->result, NULL, 10));
	else
		return false;
	return true;
}
