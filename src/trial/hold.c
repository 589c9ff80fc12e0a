#include "trial/hold.h"

#include "tracer/tracee.h"
#include "trial/descriptors.h"
#include "trial/events.h"
#include "trial/sigpipe.h"
#include "util/backoff.h"
#include "util/clock.h"

#include <netinet/tcp.h>
#include <string.h>

static struct section *current(struct trial *t)
{
	return t->current < 0 ? NULL : &t->section[t->current];
}

/* The state of an end, as a step that awaits it sees it: a time-wait entry stands for a socket
 * whose descriptor is closed; one that is open is in CLOSE then (tcp_time_wait()). */
static int shown_state(const struct section *s, const struct connection_look *look, enum who who)
{
	bool open = who == s->program ? s->inode != 0 : !s->peer_closed;

	return open && look->state[who] == TCP_TIME_WAIT ? TCP_CLOSE : look->state[who];
}

/* Has the end come to a state since the records last told one? */
static bool is_news(const struct section *s, const struct connection_look *look, enum who who)
{
	bool there = who == CLIENT || s->accepted;

	return there && s->shown[who] && s->shown[who] != shown_state(s, look, who);
}

/* Looks at both ends as they stand side by side: the table's lines are read one after the other,
 * and states that are the same in two readings were there at once. False: not to be told yet. */
static bool look_at_both(
	const struct trial *t, const struct section *s, struct connection_look *look)
{
	struct connection_look again;

	if (connection_look(&s->connection, look) || !script_settled(&t->script, look))
		return false;
	if (!is_news(s, look, CLIENT) && !is_news(s, look, SERVER))
		return true;
	return !connection_look(&s->connection, &again) && script_settled(&t->script, &again) &&
	       again.state[CLIENT] == look->state[CLIENT] &&
	       again.state[SERVER] == look->state[SERVER];
}

/* Two ends that are connected stay so, and two that are closed, until somebody acts. Without the
 * link a timer may end a connection. */
static bool is_calm(const struct trial *t, const struct connection_look *look)
{
	int state = look->state[CLIENT];

	return state == look->state[SERVER] && (state == TCP_ESTABLISHED || state == TCP_CLOSE) &&
	       !t->script.running && !t->script.link_down;
}

/* Such a state is recorded as waited for. */
static void tell_states(struct section *s, const struct connection_look *look)
{
	for (enum who who = CLIENT; who <= SERVER; who++) {
		if (!is_news(s, look, who))
			continue;
		int state = shown_state(s, look, who);
		const struct step step =
			section_step(who, OP_AWAIT, symbol_text(tcp_states, state));
		const struct outcome outcome = {
			.result.kind = RESULT_DONE, .begin = clock_now(), .end = clock_now()};
		int index = section_add(s, &step, &outcome, NULL);

		if (index >= 0)
			for (int i = 0; i < 2; i++)
				s->record[index].state[i] = look->state[i];
		s->shown[who] = state;
	}
}

static bool is_held(const struct task *task)
{
	return task->there && task->stands && (task->section >= 0 || task->exits);
}

bool hold_any(const struct trial *t)
{
	for (int i = 0; i < t->tracer.count; i++)
		if (is_held(&t->tracer.task[i]))
			return true;
	return false;
}

bool hold_busy(struct trial *t)
{
	bool busy = false;

	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];

		if (!task->there || !task->in_call || task->section < 0)
			continue;
		if (tracee_sleeps(task->pid))
			section_sleeps(&t->section[task->section], task->record);
		else
			busy = true;
	}
	return busy;
}

bool hold_ending(const struct trial *t)
{
	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];

		/* What other threads have open a thread's end leaves alone. */
		if (!task->there || task->stands ||
			(task->exits && !tracer_is_last(&t->tracer, task)))
			continue;
		if (task->exits || tracee_ends(task->pid))
			return true;
	}
	return false;
}

bool hold_may_sleep(const struct trial *t)
{
	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];

		if (task->there && task->in_call && task->section >= 0 &&
			section_may_sleep(&t->section[task->section], task->record))
			return true;
	}
	return false;
}

/* The one that has stood longest. */
static struct task *first_held(struct trial *t)
{
	struct task *first = NULL;

	for (int i = 0; i < t->tracer.count; i++) {
		struct task *task = &t->tracer.task[i];

		if (is_held(task) && (!first || task->since < first->since))
			first = task;
	}
	return first;
}

/* Another thread may have closed the descriptor while the call was held. */
static bool is_still_there(const struct trial *t, const struct task *task)
{
	const struct call *call = &task->decoded.call;
	const struct section *s = &t->section[task->section];

	return tracer_count(&t->tracer) == 1 || s->listens ||
	       call_operation(call) == OP_EPOLL_WAIT ||
	       tracee_socket(task->pid, call->fd) == s->inode;
}

static void release(struct trial *t, struct task *task, bool connected)
{
	t->moved = false;
	t->pause = 0;
	if (task->exits) {
		for (int i = 0; i < t->section_count; i++)
			t->section[i].calm = false;
		tracer_resume(task, false, 0);
		return;
	}
	if (!is_still_there(t, task)) {
		task->section = -1;
		tracer_resume(task, descriptors_change(&task->decoded.call), 0);
		return;
	}
	struct section *s = &t->section[task->section];
	enum operation_id id = call_operation(&task->decoded.call);

	if (!connected && s->known && s->count < RECORD_LIMIT && id != OPERATION_COUNT &&
		operations[id].flags & SENDS)
		sigpipe_tell(s, task);
	events_let_go(t, task);
}

bool hold_release(struct trial *t)
{
	struct section *s = current(t);
	struct connection_look look = {.state = {0}};
	bool known = s && s->known;

	struct task *task = first_held(t);

	if (!task)
		return false;
	if (t->options->free) {
		hold_busy(t); /* what the call wakes has slept */
		release(t, task, true);
		return true;
	}
	if (hold_busy(t) || hold_ending(t)) /* two calls at once would have no order */
		return false;
	if (t->moved)
		backoff_run_softirqs();
	if (known && !s->calm && !look_at_both(t, s, &look))
		return false;
	if (!script_rests(&t->script, s, known ? &look : NULL))
		return false;
	if (known && !s->calm) {
		tell_states(s, &look);
		memcpy(s->state, look.state, sizeof s->state);
		s->calm = is_calm(t, &look);
	}
	bool connected = known && s->state[s->program] == TCP_ESTABLISHED;

	release(t, task, !known || connected);
	return true;
}
