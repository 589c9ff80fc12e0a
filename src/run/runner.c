#include "run/runner.h"

#include "endpoint/background.h"
#include "endpoint/proc_net_tcp.h"
#include "run/disturbance.h"
#include "run/ghost.h"
#include "run/parties.h"
#include "run/path.h"
#include "util/clock.h"
#include "util/interrupt.h"

#include <errno.h>
#include <string.h>

/* Does the step say nothing on this family? */
static bool says_nothing(const struct trace *trace, int i)
{
	return !step_applies(&trace->experiment->script[i].step, trace->family);
}

/* An operation that this kernel lacks or forbids ends the run as skipped, not as failed. */
static bool lacks(struct trace *trace, const struct script_step *entry, int error)
{
	trace_fail(trace, "line %d: %s cannot be had here: %s", entry->line,
		entry->step.operation->name, strerror(error));
	trace->verdict = VERDICT_SKIPPED;
	return false;
}

/* Did the step make a connection, or may it be one in the end? */
static bool may_connect(const struct step *step, const struct result *result)
{
	return step_connects(step) &&
	       (result->kind != RESULT_ERROR || result->value == EINPROGRESS);
}

/* Reading /proc/net/tcp opens a descriptor, possibly with the number of one that was closed: a call
 * in the background that was woken must be over before, or it would find this one. */
static int settle_clients(struct session *session)
{
	struct ends *clients = &session->clients;
	int status = clients->first.background ? background_settle(&clients->first) : 0;

	for (int i = 0; i < FURTHER && !status; i++)
		if (clients->further[i].background)
			status = background_settle(&clients->further[i]);
	return status;
}

/* Of all ends whose connections are known. */
static int look_at_all_states(const struct session *session, int state[ENDS])
{
	for (int i = 0; i < ENDS; i++) {
		bool ours = who_side((enum who)i) == CLIENT;
		const struct whereabouts *w =
			ours ? &session->clients.where[i] : &session->listener.where[i];

		if (w->local.length && w->remote.length)
			state[i] = proc_net_tcp_state(&w->local, &w->remote);
		if (state[i] < 0)
			return state[i];
	}
	return 0;
}

static int look_at_states(struct session *session, int state[ENDS])
{
	const struct endpoint *client = &session->clients.first;
	enum family family = client->family;
	struct address local[] = {client->local, path_seen(session, family, &client->remote)};
	struct address remote[] = {client->remote, path_seen(session, family, &client->local)};
	int status = settle_clients(session);

	if (status)
		return status;
	if (session->clients.many)
		return look_at_all_states(session, state);
	return client->local.length ? proc_net_tcp_states(local, remote, state) : 0;
}

static bool keep_outcome(
	struct session *session, struct trace *trace, const struct outcome *outcome)
{
	const struct script_step *entry = &trace->experiment->script[trace->reached];
	struct observation *observation = &trace->observation[trace->reached++];
	int status = 0;

	observation->outcome = *outcome;
	observation->reached = true;
	if (outcome->result.kind == RESULT_NONE && entry->step.who != NAMESPACE &&
		!entry->step.background)
		observation->note = "not observed: the stack does not show it";
	session->connects += may_connect(&entry->step, &outcome->result);
	if (outcome->result.kind == RESULT_LACKING)
		return lacks(trace, entry, (int)outcome->result.value);
	if (outcome->result.kind == RESULT_FAILED)
		return trace_fail(trace, "cannot run line %d's %s: %s", entry->line,
			entry->step.operation->name, strerror((int)outcome->result.value));
	if (!disturbance_result(session, trace, trace->reached - 1) || !path_settle(session, trace))
		return false;
	if (session->options.states && entry->step.who != NAMESPACE && family_is_tcp(trace->family))
		status = look_at_states(session, observation->state);
	return !status || trace_fail(trace, "cannot look at the states after line %d: %s",
				  entry->line, strerror(-status));
}

/* The step with which the server's process ends; from then on the parent looks at what is left of
 * the server's end. */
static bool end_process(struct session *session, struct trace *trace, int64_t deadline)
{
	const struct script_step *entry = &trace->experiment->script[trace->reached];
	const struct step *step = &entry->step;
	struct outcome outcome = {.result.kind = RESULT_DONE, .begin = clock_now()}, none;

	if (!listener_answers(&session->listener)) {
		listener_stop(&session->listener);
		return trace_fail(trace, "the listener died before line %d", entry->line);
	}
	int ran = parties_run_server(session, &step, 1, deadline, &none);

	listener_stop(&session->listener);
	outcome.end = clock_now();
	parties_server_ended(session, trace->family);
	if (ran != -EPIPE)
		return trace_fail(trace, "line %d: the listener did not end", entry->line);
	return keep_outcome(session, trace, &outcome);
}

static bool run_ghost(struct session *session, struct trace *trace, int64_t deadline)
{
	const struct step *step = &trace->experiment->script[trace->reached].step;
	struct outcome outcome;

	ghost_run(parties_left(session, step->who), step, deadline, &outcome);
	return keep_outcome(session, trace, &outcome);
}

/* Collects the consecutive steps of the server from the first not reached on. */
static int take_batch(const struct session *session, const struct trace *trace,
	const struct step *step[LISTENER_BATCH])
{
	const struct experiment *e = trace->experiment;
	/* States are looked at between two steps, and the network settles: then each goes alone. */
	bool alone = session->options.states || session->sandbox.through_network;
	int first = trace->reached, count = 0, most = alone ? 1 : LISTENER_BATCH;

	while (count < most && first + count < e->step_count &&
		who_side(e->script[first + count].step.who) == SERVER &&
		!(e->script[first + count].step.operation->flags & ENDS_PROCESS) &&
		!says_nothing(trace, first + count)) {
		step[count] = &e->script[first + count].step;
		count++;
	}
	return count;
}

static bool run_server(struct session *session, struct trace *trace, int64_t deadline)
{
	const struct experiment *e = trace->experiment;
	const struct step *step[LISTENER_BATCH];
	struct outcome outcome[LISTENER_BATCH];
	int first = trace->reached, count = take_batch(session, trace, step);

	if (session->process_ended)
		return run_ghost(session, trace, deadline);
	if (!count)
		return end_process(session, trace, deadline);
	int ran = parties_run_server(session, step, count, deadline, outcome);

	if (ran < 0) {
		listener_stop(&session->listener);
		return trace_fail(trace, "the listener %s during lines %d to %d",
			ran == -EPIPE ? "died" : "did not answer", e->script[first].line,
			e->script[first + count - 1].line);
	}
	for (int i = 0; i < ran; i++)
		if (!keep_outcome(session, trace, &outcome[i]))
			return false;
	return true;
}

static bool run_client(struct session *session, struct trace *trace, int64_t deadline)
{
	struct outcome outcome;

	ends_run(&session->clients, &trace->experiment->script[trace->reached].step, deadline,
		&outcome);
	return keep_outcome(session, trace, &outcome);
}

/* A counter that this kernel does not have cannot be asserted, so the run is skipped: the name may
 * be misspelt. */
static bool lacks_counter(struct session *session, struct trace *trace, const struct step *step)
{
	const char *nearest = counters_nearest(&session->sandbox.now, step->word[0]);

	trace_fail(trace, "line %d: this kernel has no counter %s%s%s%s",
		trace->experiment->script[trace->reached - 1].line, step->word[0],
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	trace->verdict = VERDICT_SKIPPED;
	return false;
}

static bool run_namespace(struct session *session, struct trace *trace, int64_t deadline)
{
	struct observation *here = &trace->observation[trace->reached];
	const struct step *step = &trace->experiment->script[trace->reached].step;
	struct outcome outcome = {.begin = clock_now()};

	(void)deadline; /* these do not wait */
	if (session->sandbox.entered)
		sandbox_run(&session->sandbox, step, &outcome.result);
	outcome.end = clock_now();
	if (!session->sandbox.entered)
		here->note = "not asserted: not in a sandbox";
	bool kept = keep_outcome(session, trace, &outcome);

	return kept && (outcome.result.kind != RESULT_NONE || !session->sandbox.entered ||
			       lacks_counter(session, trace, step));
}

/* A step about TCP's state, on a family that has none to show. */
static bool pass_over(struct session *session, struct trace *trace, int64_t deadline)
{
	struct observation *here = &trace->observation[trace->reached++];

	(void)session;
	(void)deadline;
	here->reached = true;
	here->outcome = (struct outcome){.begin = clock_now(), .end = clock_now()};
	here->note = "says nothing here: not a family of plain TCP";
	return true;
}

/* Nanoseconds. */
static int64_t allowed(const struct session *session)
{
	return (int64_t)session->options.deadline * 1000000;
}

static void run_steps(struct session *session, struct trace *trace)
{
	static bool (*const run[])(struct session *, struct trace *, int64_t) = {
		[CLIENT] = run_client, [SERVER] = run_server, [NAMESPACE] = run_namespace};
	const struct experiment *e = trace->experiment;
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + allowed(session);

	while (trace->reached < e->step_count && !interrupted()) {
		enum who side = who_side(e->script[trace->reached].step.who);
		bool ended = session->process_ended;

		if (!(says_nothing(trace, trace->reached) ? pass_over : run[side])(
			    session, trace, deadline))
			return;
		session->sandbox.stale |= side != NAMESPACE;
		int last = trace->reached - 1;

		/* The end of a process is not a call of the experiment, so no deadline applies: it
		 * may take seconds where another process looks at its threads
		 * (shrink_dcache_parent()). */
		if (trace->observation[last].outcome.result.kind != RESULT_TIMEOUT &&
			ended == session->process_ended)
			continue;
		if (trace_deviates(trace, last)) {
			disturbance_timeout(trace, last, clock_read(CLOCK_MONOTONIC) - deadline);
			return;
		}
		deadline = clock_read(CLOCK_MONOTONIC) + allowed(session);
	}
}

/* Does the experiment have a step of this operation? */
static bool has_step(const struct experiment *e, enum operation_id id)
{
	for (int i = 0; i < e->step_count; i++)
		if (e->script[i].step.operation->id == id)
			return true;
	return false;
}

/* Outside a sandbox the connections of several ends cannot be told from others' on the same
 * loopback. */
static bool sees_packets(const struct session *session, const struct experiment *e)
{
	return session->capture && (session->sandbox.entered || !experiment_has_further_ends(e));
}

static bool begin(struct session *session, struct trace *trace)
{
	const struct experiment *e = trace->experiment;

	trace_restart(trace);
	session->process_ended = false;
	session->connects = 0;
	trace->context = session->context;
	trace->wire = sees_packets(session, e) ? session->options.wire : WIRE_NONE;
	trace->begin = trace->end = clock_now();
	if (!path_open(session, trace))
		return false;
	if (session->sandbox.entered || (!has_step(e, OP_SYSCTL) && !has_step(e, OP_LINK)))
		return true;
	trace_fail(trace, "its sysctl and link steps work in a sandbox only");
	trace->verdict = VERDICT_SKIPPED;
	return false;
}

/* Once both ends are open: what is left of the server's last connection is reset before that, and
 * counted. */
static bool begin_counting(struct session *session, struct trace *trace)
{
	bool counts = session->options.counters || has_step(trace->experiment, OP_COUNT);
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + allowed(session);
	int status =
		session->sandbox.entered ? sandbox_begin(&session->sandbox, counts, deadline) : 0;

	if (status == -ETIMEDOUT)
		return trace_fail(trace, "a connection of the experiment before does not end");
	return !status || trace_fail(trace, "cannot read the counters: %s", strerror(-status));
}

/* Makes a trace during whose run the interrupt came an error: the step that was under way has no
 * result. */
static void mark_partial(struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	int last = trace->reached - 1;

	if (last >= 0 && trace->observation[last].outcome.result.kind == RESULT_TIMEOUT)
		trace->observation[trace->reached = last] =
			(struct observation){.prediction = trace->observation[last].prediction};
	if (trace->reached < e->step_count)
		trace_fail(
			trace, "partial: interrupted in line %d", e->script[trace->reached].line);
	else
		trace_fail(trace, "partial: interrupted after the last step");
}

void session_run(struct session *session, struct trace *trace)
{
	if (!begin(session, trace))
		return;
	if (parties_open(session, trace) && begin_counting(session, trace)) {
		run_steps(session, trace);
		trace->end = clock_now();
		if (trace->verdict != VERDICT_ERROR)
			session_observe(session, trace);
		path_note(session, trace);
	}
	sandbox_end(&session->sandbox);
	if (session->connects > 1)
		session->listener.renew = true; /* a second connection may wait on it */
	if (session->process_ended)
		parties_close_left(session);
	ends_reset(&session->clients);
	if (interrupted())
		mark_partial(trace);
	trace_judge(trace);
	disturbance_deviation(session, trace);
}
