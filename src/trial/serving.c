#include "trial/serving.h"

#include "tracer/tracee.h"
#include "util/clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

/* Of an address of either family: that of IPv4, also as IPv6 has it (::ffff:127.0.0.1). */
static bool ipv4_of(const struct address *a, struct in_addr *ipv4)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&a->storage;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&a->storage;
	bool mapped = a->storage.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);

	if (mapped)
		memcpy(ipv4, in6->sin6_addr.s6_addr + 12, sizeof *ipv4);
	else if (a->storage.ss_family == AF_INET)
		*ipv4 = in->sin_addr;
	return mapped || a->storage.ss_family == AF_INET;
}

/* Does a socket that is bound to bound take connections to the address to, whatever the ports? As
 * inet_rcv_saddr_equal() has it. */
static bool takes(const struct address *bound, bool only_v6, const struct address *to)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&bound->storage;
	const struct sockaddr_in6 *to6 = (const struct sockaddr_in6 *)&to->storage;
	struct in_addr here, there;
	bool is_ipv4 = ipv4_of(to, &there);

	if (ipv4_of(bound, &here))
		return is_ipv4 && (here.s_addr == htonl(INADDR_ANY) || here.s_addr == there.s_addr);
	if (IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr))
		return !is_ipv4 || !only_v6;
	return !is_ipv4 && IN6_ARE_ADDR_EQUAL(&in6->sin6_addr, &to6->sin6_addr);
}

/* The script begins, about the section. */
static void begin_script(struct trial *t, struct section *s, int index, uint16_t port)
{
	if (!section_prepend(s, &t->prelude)) /* no room: it is begun without */
		section_comment(s, clock_now(), "the peer's first steps are not recorded");
	t->current = index;
	s->shown[SERVER] = TCP_LISTEN;
	address_set_port(&t->script.to, port);
	if (t->session->capture)
		capture_begin(t->session->capture, port, false);
	t->deadline = clock_read(CLOCK_MONOTONIC) + (int64_t)t->options->deadline * 1000000;
	t->script.deadline = t->deadline;
	t->moved = true;
}

void serving_listen(struct trial *t, struct task *task)
{
	struct section *s = &t->section[task->section];
	struct address bound;
	bool only_v6;

	if (s->listens || s->accepted)
		return;
	if (t->current >= 0 && t->section[t->current].accepted) {
		s->inode = 0; /* for others, as a worker of its own begins */
		return;
	}
	if (!tracee_bound(task->process, task->decoded.call.fd, &bound, &only_v6)) {
		snprintf(t->script.trouble, sizeof t->script.trouble,
			"cannot look at the socket that the program listens with");
		return;
	}
	uint16_t port = address_port(&bound);
	bool fits = (t->options->any_port && t->current < 0) || port == address_port(&t->script.to);

	if (!fits || !takes(&bound, only_v6, &t->script.to)) {
		t->fate.listened = port;
		s->inode = 0; /* for others */
		return;
	}
	s->listens = true;
	if (t->current < 0)
		begin_script(t, s, task->section, port);
}

/* Of the sockets that it listens with none is followed any more, and calls that other threads make
 * on them are nothing to the connection. */
static void leave_listening(struct trial *t, const struct task *accepted)
{
	for (int i = 0; i < t->tracer.count; i++) {
		struct task *task = &t->tracer.task[i];

		if (!task->there || task == accepted || task->section < 0 ||
			!t->section[task->section].listens)
			continue;
		if (task->in_call)
			section_drop(&t->section[task->section], task->record);
		task->section = task->record = -1;
		if (task->stands)
			tracer_resume(task, false, 0);
	}
	for (int i = 0; i < t->section_count; i++)
		if (t->section[i].listens) {
			t->section[i].listens = false;
			t->section[i].inode = 0;
		}
}

static bool is_peer(const struct section *s, const struct connection *accepted)
{
	return s->known && accepted->client_port == s->connection.client_port &&
	       accepted->server_port == s->connection.server_port;
}

void serving_accept(struct trial *t, struct task *task)
{
	struct section *s = &t->section[t->current];
	const struct call *call = &task->decoded.call;
	struct connection connection;
	unsigned long inode = tracee_socket(task->pid, (int)call->returned);

	/* One that was reset while it waited is in no table any more: it is the peer's. */
	if (!inode ||
		(!connection_of_inode(inode, false, &connection) && !is_peer(s, &connection))) {
		section_drop(s, task->record);
		return;
	}
	leave_listening(t, task);
	s->inode = inode;
	s->accepted = true;
	s->calm = false;
	s->shown[SERVER] = TCP_ESTABLISHED;
	s->calls = s->open = 1;
	s->holder_count = 1;
	s->holder[0] = (struct holder){task->process, 1};
	t->moved = true;
	if (call->id != CALL_accept4 || !(call->argument[3] & SOCK_NONBLOCK))
		return;
	const struct step step = section_step(SERVER, OP_FCNTL, "F_SETFL O_NONBLOCK");
	const struct outcome outcome = {
		.result.kind = RESULT_NUMBER, .begin = clock_now(), .end = clock_now()};

	section_add(s, &step, &outcome, "accept4(2) was asked for SOCK_NONBLOCK");
}

bool serving_is_aside(const struct section *s, const struct call *call)
{
	if (s->program != SERVER || s->accepted)
		return false;
	switch (call_operation(call)) {
	case OP_SETSOCKOPT:
	case OP_FCNTL:
	case OP_LISTEN:
	case OP_ACCEPT:
	case OP_SHUTDOWN:
	case OP_CLOSE:
		return false;
	default:
		return true;
	}
}

static bool listens(const struct trial *t)
{
	for (int i = 0; i < t->section_count; i++)
		if (t->section[i].listens && t->section[i].inode)
			return true;
	return false;
}

bool serving_is_served(const struct trial *t)
{
	if (t->options->program != SERVER || t->current < 0 || t->script.running ||
		script_can_begin(&t->script, &t->section[t->current]))
		return false;
	const struct section *s = &t->section[t->current];

	return s->connected && (!s->known || (!s->inode && !listens(t)));
}

bool serving_is_over(const struct trial *t)
{
	if (!serving_is_served(t))
		return false;
	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];
		bool gone = task->exits && !tracer_is_last(&t->tracer, task);

		if (task->there && !gone && !tracee_sleeps(task->pid))
			return false;
	}
	const struct section *s = &t->section[t->current];
	struct connection_look look;

	return !s->known ||
	       (!connection_look(&s->connection, &look) && script_settled(&t->script, &look));
}
