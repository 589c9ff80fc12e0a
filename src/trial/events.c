#include "trial/events.h"

#include "tracer/tracee.h"
#include "trial/descriptors.h"
#include "trial/returns.h"
#include "trial/serving.h"
#include "trial/sigpipe.h"
#include "trial/waits.h"
#include "util/clock.h"
#include "util/text.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The section that the task's call concerns; NULL: the call is on no socket that is followed. */
static struct section *section_of(struct trial *t, const struct task *task)
{
	return task->section < 0 ? NULL : &t->section[task->section];
}

_Static_assert((int)DECODE_LIMIT >= (int)SECTION_LIMIT, "every recorded socket is looked for");

/* The sockets that are followed, and which section each is. */
static void followed(
	const struct trial *t, struct decode_sockets *sockets, int section[DECODE_LIMIT])
{
	sockets->count = 0;
	for (int i = t->section_count - 1; i >= 0 && sockets->count < DECODE_LIMIT; i--)
		if (t->section[i].inode) {
			section[sockets->count] = i;
			sockets->inode[sockets->count++] = t->section[i].inode;
		}
}

/* A call that a signal ended was not made again: it gave EINTR, which no step tells of. */
static void take_interrupted(struct trial *t, const struct task *task)
{
	struct section *s = section_of(t, task);
	char text[LINE_LIMIT + 1];

	if (!s || task->record < 0)
		return;
	step_text(&s->record[task->record].step, text, sizeof text);
	section_drop(s, task->record);
	section_comment(s, clock_now(), "%s = -1 EINTR: a signal ended it", text);
}

/* Is it a step, though others have descriptors of the socket? Of several that are closed one after
 * the other the last counts, and those that dup(2) made are counted as long as an end can. */
static bool is_step(const struct section *s, const struct call *call)
{
	if (serving_is_aside(s, call))
		return false;
	switch (call_operation(call)) {
	case OP_CLOSE:
		return s->open > 1 || section_descriptors(s) == 1;
	case OP_DUP:
		return s->open <= DUPLICATES;
	default:
		return true;
	}
}

/* Does the call leave two ends that are connected, or closed, as they are? */
static bool only_moves_data(const struct call *call)
{
	enum operation_id id = call_operation(call);

	return id != OPERATION_COUNT && operations[id].flags & (SENDS | RECEIVES | LOOKS);
}

void events_let_go(struct trial *t, struct task *task)
{
	struct section *s = &t->section[task->section];
	struct step step;

	task->record = -1;
	s->calls++;
	s->calm &= only_moves_data(&task->decoded.call);
	if (is_step(s, &task->decoded.call) && call_step(&task->decoded.call, s->program, &step))
		task->record = section_begin(s, &step, clock_now());
	if (task->record >= 0 && call_is_opaque(&task->decoded.call, &step)) {
		struct record *r = &s->record[task->record];

		r->opaque = true;
		snprintf(r->remark, sizeof r->remark,
			"these bytes have no room here: a replay sends zeroes");
	}
	tracer_resume(task, true, 0);
}

void events_time_out(struct trial *t)
{
	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];
		struct section *s = section_of(t, task);

		if (!task->there || !task->in_call || !s || task->record < 0)
			continue;
		const struct result result = {
			.kind = RESULT_TIMEOUT, .value = s->shown[s->program]};

		section_end(s, task->record, &result, clock_now());
	}
}

/* Does the call wait for time alone? */
static bool sleeps(const struct call *call)
{
	switch (call->id) {
	case CALL_nanosleep:
	case CALL_clock_nanosleep:
		return true;
	case CALL_poll:
	case CALL_ppoll:
		return !call->argument[1];
	case CALL_select:
	case CALL_pselect6:
		return !call->argument[0] ||
		       (!call->argument[1] && !call->argument[2] && !call->argument[3]);
	default:
		return false;
	}
}

/* At the entry of a call on a socket that is followed. */
static void take_call(struct trial *t, struct task *task)
{
	struct section *s = &t->section[task->section];
	const struct call *call = &task->decoded.call;

	bool server = t->options->program == SERVER;

	if (call->id == CALL_connect && !call->disconnects) {
		s->connected |=
			!server && call->value == address_port(&t->session->listener.address);
		t->fate.elsewhere += !s->connected;
	}
	if (call->id == CALL_connect && !s->connected) {
		s->inode = 0; /* to somebody else */
		task->section = -1;
		tracer_resume(task, false, 0);
	} else if (!s->connected && !s->listens)
		events_let_go(t, task);
	else if (s->listens) /* whichever of its sockets it accepts from */
		task->section = t->current;
	/* The others stand until hold_release. */
}

static void note_call(struct trial *t, const struct call *call)
{
	bool writes = call->id == CALL_write || call->id == CALL_writev;

	t->fate.debugs |= call->id == CALL_ptrace;
	t->fate.uring |= call->id == CALL_io_uring_setup;
	t->fate.wrote_output |= writes && call->argument[0] == STDOUT_FILENO;
}

static void take_entry(struct trial *t, const struct tracer_event *event)
{
	struct task *task = event->task;
	const struct call *call = &task->decoded.call;
	struct decode_sockets sockets;
	int section[DECODE_LIMIT];

	if (event->again) {
		tracer_resume(task, true, 0);
		return;
	}
	if (event->interrupted)
		take_interrupted(t, task);
	task->section = task->record = -1;
	note_call(t, call);
	followed(t, &sockets, section);
	if (sockets.count)
		decode_entry(task->pid, &sockets, &task->decoded);
	if (task->decoded.socket >= 0) {
		task->section = section[task->decoded.socket];
		take_call(t, task);
	} else if (t->options->no_wait && sleeps(call))
		tracer_skip(task);
	else
		tracer_resume(task,
			call->id == CALL_socket || waits_may_adopt(call) ||
				(sockets.count && descriptors_change(call)),
			0);
}

static void take_started(struct trial *t, const struct tracer_event *event)
{
	const struct task *parent = tracer_task(&t->tracer, event->parent);

	if (!event->task || !parent || event->task->process == parent->process)
		return;
	t->fate.processes++;
	descriptors_count(t, event->task->process, "fork(2)");
}

static void take_signal(struct trial *t, const struct tracer_event *event)
{
	if (event->number == SIGPIPE && event->task->section >= 0 && event->task->record >= 0)
		sigpipe_came(t, event->task);
	tracer_resume(event->task, false, event->number);
}

/* The thread ended in a call on a socket that is followed. */
static void leave_call(struct section *s, int index)
{
	char text[LINE_LIMIT + 1];

	if (index < 0 || s->record[index].finished)
		return;
	step_text(&s->record[index].step, text, sizeof text);
	section_drop(s, index);
	section_comment(s, clock_now(), "%s: the thread ended in it", text);
}

/* The end of a process closes what it has: it is held as a call that does. */
static void take_exits(struct trial *t, struct task *task)
{
	bool last = tracer_is_last(&t->tracer, task), holds = false;

	if (task->section >= 0)
		leave_call(&t->section[task->section], task->record);
	task->section = task->record = -1;
	for (int i = 0; i < t->section_count && last; i++)
		holds |= t->section[i].connected && section_held_by(&t->section[i], task->process);
	if (!holds)
		tracer_resume(task, false, 0);
}

/* The process that the task was of is gone with its last thread, and what it held is closed. */
static void take_ended(struct trial *t, const struct tracer_event *event)
{
	const struct task *task = event->task;

	if (task->section >= 0)
		leave_call(&t->section[task->section], task->record);
	if (event->pid == t->tracer.program) {
		t->fate.ended = true;
		t->fate.status = event->status;
	}
	for (int i = 0; i < t->tracer.count; i++)
		if (t->tracer.task[i].there && t->tracer.task[i].process == task->process)
			return;
	for (int i = 0; i < t->section_count; i++)
		if (t->section[i].inode)
			section_hold(&t->section[i], task->process, 0,
				"the end of the process closes it", false);
}

void events_take(struct trial *t, const struct tracer_event *event)
{
	switch (event->kind) {
	case TRACER_ENTRY:
		take_entry(t, event);
		break;
	case TRACER_EXIT:
		returns_take(t, event->task);
		break;
	case TRACER_STARTED:
		take_started(t, event);
		break;
	case TRACER_EXEC:
		descriptors_count(t, event->task->process, "execve(2) closes it");
		t->fate.privileges |= tracee_is_privileged(event->pid);
		tracer_resume(event->task, false, 0);
		break;
	case TRACER_SIGNAL:
		take_signal(t, event);
		break;
	case TRACER_STOPPED:
		t->fate.stopped = event->number;
		break;
	case TRACER_CONTINUED:
		t->fate.stopped = 0;
		break;
	case TRACER_EXITS:
		take_exits(t, event->task);
		break;
	case TRACER_ENDED:
		take_ended(t, event);
		break;
	case TRACER_FOREIGN:
		t->fate.foreign = true;
		tracer_resume(event->task, false, 0);
		break;
	case TRACER_OTHER:
		listener_reaped(&t->session->listener);
		snprintf(
			t->script.trouble, sizeof t->script.trouble, "the listener's process died");
		break;
	case TRACER_NONE:
		break;
	}
}
