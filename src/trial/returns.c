#include "trial/returns.h"

#include "tracer/tracee.h"
#include "trial/descriptors.h"
#include "trial/section_fate.h"
#include "trial/serving.h"
#include "trial/waits.h"
#include "util/clock.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

static void look_at_states(struct section *s, int index)
{
	struct connection_look look;

	if (index < 0 || !s->known)
		return;
	if (s->calm)
		memcpy(look.state, s->state, sizeof look.state);
	else if (connection_look(&s->connection, &look))
		return;
	int last = s->count - 1; /* a call in the background ends with another record */

	for (int i = 0; i < 2; i++)
		s->record[last].state[i] = look.state[i];
}

/* A call that could not be told as a step. */
static void comment_call(struct section *s, const struct call *call)
{
	char text[160];

	bool matters = !serving_is_aside(s, call) && call_matters(call);

	call_text(call, text, sizeof text);
	if (matters)
		section_lose(s, clock_now(), "%s %s: there is no step for this call",
			who_text(s->program), text);
	else
		section_comment(s, clock_now(), "%s %s", who_text(s->program), text);
}

/* The call under way, on a socket that is followed, is over. */
static void finish_call(struct trial *t, struct task *task, bool concerns)
{
	struct section *s = &t->section[task->section];
	const struct call *call = &task->decoded.call;

	if (!concerns) {
		section_drop(s, task->record);
		return;
	}
	section_fate_keep(&s->fate, call);
	if (task->record < 0) {
		comment_call(s, call);
		return;
	}
	struct result result = call_result(call, &s->record[task->record].step);

	section_end(s, task->record, &result, clock_now());
	look_at_states(s, task->record);
}

/* The peer's process is no more, so that nobody listens: what comes after it in an experiment of a
 * further connection. */
static void tell_gone(struct trial *t)
{
	const struct step step = section_step(SERVER, OP_CLOSE, NULL);
	const struct outcome outcome = {
		.result.kind = RESULT_NUMBER, .begin = t->begin, .end = t->begin};

	if (!t->script.process_ended || t->prelude.peer_closed)
		return;
	section_add(&t->prelude, &step, &outcome, "its process had ended before");
	t->prelude.peer_closed = true;
}

/* A connection to the peer, or one that it refused: from now on the script is about it. */
static void finish_connect(struct trial *t, struct task *task)
{
	struct section *s = &t->section[task->section];
	long returned = task->decoded.call.returned;
	bool first = t->current < 0;
	/* The answer to a call that does not wait may be there already: a RST. */
	bool refused = (returned && returned != -EINPROGRESS) ||
		       connection_of_inode(s->inode, s->program == CLIENT, &s->connection);

	if (task->decoded.call.disconnects)
		return;
	tell_gone(t);
	if ((first || refused) && section_prepend(s, &t->prelude))
		task->record += task->record < 0 ? 0 : t->prelude.count;
	if (!first && t->script.link_down && section_prepend_link_down(s))
		task->record += task->record >= 0;
	if (refused)
		t->current = first ? task->section : t->current;
	else {
		s->known = true;
		s->shown[CLIENT] = returned ? TCP_SYN_SENT : TCP_ESTABLISHED;
		connection_client_address(&s->connection, t->options->family, &s->client);
		if (first || script_again(&t->script))
			t->current = task->section;
		else
			section_comment(s, clock_now(),
				"the peer's script is not done with the connection before: this "
				"one is not accepted");
	}
	t->moved = true;
}

/* socket(2) gave a descriptor: one that may become a connection to the peer is followed. */
static void finish_socket(struct trial *t, const struct task *task)
{
	const struct call *call = &task->decoded.call;
	unsigned long inode;

	if ((call->argument[1] & 0xf) != SOCK_STREAM ||
		(call->argument[0] != AF_INET && call->argument[0] != AF_INET6))
		return;
	inode = tracee_socket(task->pid, (int)call->returned);
	if (!inode || t->section_count == SECTION_LIMIT) {
		t->fate.unrecorded += inode != 0;
		return;
	}
	struct section *s = &t->section[t->section_count];

	if (!section_new(s, inode, t->options->program, task->process))
		return;
	t->section_count++;
	if (!(call->argument[1] & SOCK_NONBLOCK))
		return;
	const struct step step = section_step(s->program, OP_FCNTL, "F_SETFL O_NONBLOCK");
	const struct outcome outcome = {
		.result.kind = RESULT_NUMBER, .begin = clock_now(), .end = clock_now()};

	section_add(s, &step, &outcome, "socket(2) was asked for SOCK_NONBLOCK");
}

/* What a program that is the server did on its way to the connection. */
static void finish_serving(struct trial *t, struct task *task)
{
	if (task->decoded.call.id == CALL_listen)
		serving_listen(t, task);
	else if (call_operation(&task->decoded.call) == OP_ACCEPT &&
		 t->section[task->section].listens)
		serving_accept(t, task);
}

void returns_take(struct trial *t, struct task *task)
{
	struct call *call = &task->decoded.call;
	bool ours = task->section >= 0;

	/* Nobody but the peer has done anything since the call began to sleep. */
	if (ours && t->moved && t->current >= 0)
		script_take_first(&t->script, &t->section[t->current]);
	if (ours)
		finish_call(t, task, decode_exit(task->pid, &task->decoded));
	if (call->id == CALL_socket && call->returned >= 0)
		finish_socket(t, task);
	if (ours && call->returned >= 0 && t->options->program == SERVER)
		finish_serving(t, task);
	else if (ours && call->id == CALL_connect)
		finish_connect(t, task);
	if (descriptors_change(call))
		descriptors_after_call(t, task);
	if (ours)
		waits_adopt(t, task);
	tracer_resume(task, false, 0);
}
