#include "runner.h"

#include "clock.h"
#include "context.h"
#include "deadline.h"
#include "sockets.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Notes a part that cannot be observed. */
static void note(struct session *session, const char *what, const char *reason)
{
	size_t used = strlen(session->notes);

	snprintf(session->notes + used, sizeof session->notes - used, "%s: %s\n", what, reason);
}

static void open_observers(struct session *session)
{
	struct session_options *options = &session->options;
	char why[REASON_LIMIT];

	/* Before the sandbox: there a user namespace may hide the caller's right to tracefs. */
	if (options->events && events_open(&session->events, why, sizeof why))
		note(session, "no kernel events", why);
	if (options->sandbox && sandbox_enter(&session->sandbox, why, sizeof why))
		note(session, "no packets, counters, sysctl and link steps", why);
	if (session->sandbox.entered && options->wire != WIRE_NONE &&
		wire_open(&session->wire, options->capture, why, sizeof why))
		note(session, "no packets", why);
	if (options->capture && !session->wire)
		fclose(options->capture); /* nothing will be written to it */
}

/* What is said of the machine, and of what cannot be observed. */
static char *make_context(struct session *session)
{
	char *machine = context_read(&session->kernel), *text = NULL;
	size_t size;
	FILE *out = machine ? open_memstream(&text, &size) : NULL;

	if (out) {
		fputs(machine, out);
		if (!session->sandbox.entered)
			fputs("# in the host's network namespace, not in a sandbox\n", out);
		for (char *at = session->notes; *at; at += strcspn(at, "\n") + 1)
			fprintf(out, "# %.*s\n", (int)strcspn(at, "\n"), at);
		if (fclose(out))
			text = NULL;
	}
	free(machine);
	return text;
}

int session_open(
	struct session *session, const struct session_options *options, char *message, size_t size)
{
	int status = deadline_setup();

	if (status) {
		snprintf(
			message, size, "cannot create the deadline's timer: %s", strerror(-status));
		return status;
	}
	*session = (struct session){.options = *options, .client = endpoint_new(CLIENT)};
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &session->sigpipe_before);
	open_observers(session);
	session->context = make_context(session);
	if (session->context)
		return 0;
	status = -errno;
	snprintf(message, size, "cannot read /proc/version: %s", strerror(errno));
	session_close(session);
	return status;
}

bool session_close(struct session *session)
{
	endpoint_close_all(&session->client);
	listener_stop(&session->listener);
	events_close(session->events);
	free(session->context);
	deadline_teardown();
	sigaction(SIGPIPE, &session->sigpipe_before, NULL);
	return wire_close(session->wire);
}

__attribute__((format(printf, 2, 3))) static bool fail(struct trace *trace, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(trace->reason, sizeof trace->reason, format, arguments);
	va_end(arguments);
	trace->verdict = VERDICT_ERROR;
	return false;
}

/* Starts a listener where there is none; one that died since the last run is replaced, once. */
static int listener_ready(struct session *session, enum family family)
{
	int status = -EPIPE;

	if (session->listener.pid)
		status = listener_open(&session->listener, family);
	if (status != -EPIPE)
		return status;
	listener_stop(&session->listener);
	status = listener_start(&session->listener, session->options.deadline + ANSWER_GRACE);
	return status ? status : listener_open(&session->listener, family);
}

/* A family that this kernel does not have is no failure. */
static bool no_socket(struct trace *trace, const char *what, int status)
{
	fail(trace, "cannot %s on %s: %s", what, family_name(trace->family), strerror(-status));
	if (status == -EAFNOSUPPORT || status == -EADDRNOTAVAIL || status == -EPROTONOSUPPORT ||
		status == -ENOPROTOOPT)
		trace->verdict = VERDICT_SKIPPED;
	return false;
}

static bool open_both(struct session *session, struct trace *trace)
{
	int status = listener_ready(session, trace->family);

	if (status)
		return no_socket(trace, "listen", status);
	status = endpoint_open(&session->client, trace->family);
	if (status)
		return no_socket(trace, "create a socket", status);
	session->client.remote = session->listener.address;
	status = session->wire ? wire_begin(session->wire, address_port(&session->listener.address))
			       : 0;
	return !status || fail(trace, "cannot filter the capture: %s", strerror(-status));
}

/* Did the step fail to look, rather than see something? Looking at a state or a counter takes a
 * descriptor. */
static bool could_not_look(const struct step *step, const struct result *result)
{
	return result->kind == RESULT_ERROR &&
	       (step->operation->act == sandbox_count || step_form(step) == FORM_STATE ||
		       step_form(step) == FORM_AWAIT);
}

/* Does the step say nothing on this family? */
static bool says_nothing(const struct trace *trace, int i)
{
	return !family_is_tcp(trace->family) && step_is_of_tcp(&trace->experiment->plan[i].step);
}

/* What this kernel does not have, or allow, ends the run and is no failure. */
static bool lacks(struct trace *trace, const struct plan *plan, int error)
{
	fail(trace, "line %d: %s cannot be had here: %s", plan->line, plan->step.operation->name,
		strerror(error));
	trace->verdict = VERDICT_SKIPPED;
	return false;
}

static bool record(struct session *session, struct trace *trace, const struct outcome *outcome)
{
	const struct plan *plan = &trace->experiment->plan[trace->reached];
	struct record *record = &trace->record[trace->reached++];
	int status = 0;

	record->outcome = *outcome;
	record->reached = true;
	session->connects += plan->step.operation->run == endpoint_connect;
	if (outcome->result.kind == RESULT_LACKING)
		return lacks(trace, plan, (int)outcome->result.value);
	if (could_not_look(&plan->step, &outcome->result))
		status = -(int)outcome->result.value;
	else if (session->options.states && session->client.local.length &&
		 plan->step.who != NAMESPACE && family_is_tcp(trace->family))
		status = sockets_states(
			&session->client.local, &session->client.remote, record->state);
	return !status || fail(trace, "cannot look at line %d's %s: %s", plan->line,
				  plan->step.operation->name, strerror(-status));
}

/* The step with which the server's process ends; what is left of the server's end is looked at from
 * here. */
static bool end_process(struct session *session, struct trace *trace, int64_t deadline)
{
	const struct plan *plan = &trace->experiment->plan[trace->reached];
	const struct step *step = &plan->step;
	struct outcome outcome = {.result.kind = RESULT_DONE, .begin = clock_now()}, none;
	int ran =
		listener_run(&session->listener, &step, 1, deadline, &session->client.local, &none);

	listener_stop(&session->listener);
	outcome.end = clock_now();
	session->process_ended = true;
	session->ghost = endpoint_new(SERVER);
	session->ghost.family = trace->family;
	session->ghost.local = session->listener.address;
	session->ghost.remote = session->client.local;
	if (ran != -EPIPE)
		return fail(trace, "line %d: the listener did not end", plan->line);
	return record(session, trace, &outcome);
}

static bool run_ghost(struct session *session, struct trace *trace, int64_t deadline)
{
	const struct step *step = &trace->experiment->plan[trace->reached].step;
	struct outcome outcome = {.result = {.kind = RESULT_ERROR, .value = ESRCH},
		.begin = clock_now(),
		.end = clock_now()};

	/* There is no process whose signals could be handled; here it would be the client's. */
	if (step->operation->run != endpoint_sigpipe)
		endpoint_run(&session->ghost, step, deadline, &outcome);
	return record(session, trace, &outcome);
}

/* Collects the consecutive steps of the server from the first not reached on. */
static int take_batch(const struct session *session, const struct trace *trace,
	const struct step *step[LISTENER_BATCH])
{
	const struct experiment *e = trace->experiment;
	/* States are looked at between two steps: then each goes alone. */
	int first = trace->reached, count = 0, most = session->options.states ? 1 : LISTENER_BATCH;

	while (count < most && first + count < e->plan_count &&
		e->plan[first + count].step.who == SERVER &&
		!(e->plan[first + count].step.operation->may & ENDS_PROCESS) &&
		!says_nothing(trace, first + count)) {
		step[count] = &e->plan[first + count].step;
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
	int ran = listener_run(
		&session->listener, step, count, deadline, &session->client.local, outcome);

	if (ran < 0) {
		listener_stop(&session->listener);
		return fail(trace, "the listener %s during lines %d to %d",
			ran == -EPIPE ? "died" : "did not answer", e->plan[first].line,
			e->plan[first + count - 1].line);
	}
	for (int i = 0; i < ran; i++)
		if (!record(session, trace, &outcome[i]))
			return false;
	return true;
}

static bool run_client(struct session *session, struct trace *trace, int64_t deadline)
{
	struct outcome outcome;

	endpoint_run(&session->client, &trace->experiment->plan[trace->reached].step, deadline,
		&outcome);
	return record(session, trace, &outcome);
}

static bool run_namespace(struct session *session, struct trace *trace, int64_t deadline)
{
	struct record *here = &trace->record[trace->reached];
	const struct step *step = &trace->experiment->plan[trace->reached].step;
	struct outcome outcome = {.begin = clock_now()};

	(void)deadline; /* these do not wait */
	if (session->sandbox.entered)
		step->operation->act(&session->sandbox, step, &outcome.result);
	outcome.end = clock_now();
	if (outcome.result.kind == RESULT_NONE)
		here->note = session->sandbox.entered ? "skipped: this kernel has no such counter"
						      : "skipped: not in a sandbox";
	return record(session, trace, &outcome);
}

/* A step about TCP's state, on a family that has none to show. */
static bool pass_over(struct session *session, struct trace *trace, int64_t deadline)
{
	struct record *here = &trace->record[trace->reached++];

	(void)session;
	(void)deadline;
	here->reached = true;
	here->outcome = (struct outcome){.begin = clock_now(), .end = clock_now()};
	here->note = "says nothing here: not a family of plain TCP";
	return true;
}

static void run_steps(struct session *session, struct trace *trace)
{
	static bool (*const run[])(struct session *, struct trace *, int64_t) = {
		run_client, run_server, run_namespace};
	const struct experiment *e = trace->experiment;
	int64_t allowed = (int64_t)session->options.deadline * 1000000;
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + allowed;

	while (trace->reached < e->plan_count) {
		enum who who = e->plan[trace->reached].step.who;

		if (!(says_nothing(trace, trace->reached) ? pass_over : run[who])(
			    session, trace, deadline))
			return;
		session->sandbox.stale |= who != NAMESPACE;
		int last = trace->reached - 1;

		if (trace->record[last].outcome.result.kind != RESULT_TIMEOUT)
			continue;
		if (trace_deviates(trace, last))
			return;
		deadline = clock_read(CLOCK_MONOTONIC) + allowed;
	}
}

/* Reads the packets that are there; then waits for those that are missing, but only as long as
 * every packet seen was one that is expected. */
static bool collect_packets(struct session *session, struct trace *trace)
{
	int64_t deadline =
		clock_read(CLOCK_MONOTONIC) + (int64_t)session->options.deadline * 1000000;
	bool complete = trace->reached == trace->experiment->plan_count;
	struct capture capture;
	int got, status = 0;

	for (;;) {
		while (!status && (got = wire_next(session->wire, &capture)) != 0)
			status = got < 0 ? got : trace_add_capture(trace, &capture);
		if (status)
			return fail(trace, "cannot read the capture: %s", strerror(-status));
		if (!complete || trace_match(trace) <= 0 || clock_read(CLOCK_MONOTONIC) >= deadline)
			break;
		wire_wait(session->wire, deadline);
	}
	return !wire_lost(session->wire) || fail(trace, "the capture lost packets");
}

static bool collect_events(struct session *session, struct trace *trace)
{
	int count;

	if (!trace->event)
		trace->event = calloc(EVENT_LIMIT, sizeof *trace->event);
	if (!trace->event)
		return fail(trace, "no memory for the kernel's events");
	count = events_read(session->events, address_port(&session->client.local),
		address_port(&session->client.remote), trace->event, EVENT_LIMIT);
	trace->event_count = count > 0 ? count : 0;
	return count >= 0 || fail(trace, "cannot read the kernel's events: %s", strerror(-count));
}

static bool collect_counters(struct session *session, struct trace *trace)
{
	size_t size;
	int status = counters_read(&session->sandbox.now);
	FILE *out = status ? NULL : open_memstream(&trace->counters, &size);

	if (!out)
		return fail(trace, "cannot read the counters: %s", strerror(-status));
	counters_print_moved(&session->sandbox.before, &session->sandbox.now, out);
	return !fclose(out) || fail(trace, "no memory for the counters");
}

static void collect(struct session *session, struct trace *trace)
{
	if (session->wire && !collect_packets(session, trace))
		return;
	if (session->events && !collect_events(session, trace))
		return;
	if (session->options.counters && session->sandbox.entered)
		collect_counters(session, trace);
}

/* Does the experiment have a step of this operation? */
static bool has_step(const struct experiment *e, sandbox_operation *act)
{
	for (int i = 0; i < e->plan_count; i++)
		if (e->plan[i].step.operation->act == act)
			return true;
	return false;
}

static bool begin(struct session *session, struct trace *trace)
{
	const struct experiment *e = trace->experiment;

	trace_restart(trace);
	session->process_ended = false;
	session->connects = 0;
	trace->context = session->context;
	trace->wire = session->wire ? session->options.wire : WIRE_NONE;
	trace->begin = trace->end = clock_now();
	if (session->sandbox.entered ||
		(!has_step(e, sandbox_sysctl) && !has_step(e, sandbox_link)))
		return true;
	fail(trace, "its sysctl and link steps work in a sandbox only");
	trace->verdict = VERDICT_SKIPPED;
	return false;
}

/* Once both ends are open: what is left of the server's last connection is reset before that, and
 * counted. */
static bool begin_counting(struct session *session, struct trace *trace)
{
	bool counts = session->options.counters || has_step(trace->experiment, sandbox_count);
	int status = session->sandbox.entered ? sandbox_begin(&session->sandbox, counts) : 0;

	return !status || fail(trace, "cannot read the counters: %s", strerror(-status));
}

void session_run(struct session *session, struct trace *trace)
{
	if (!begin(session, trace))
		return;
	if (open_both(session, trace) && begin_counting(session, trace)) {
		run_steps(session, trace);
		trace->end = clock_now();
		if (trace->verdict != VERDICT_ERROR)
			collect(session, trace);
	}
	sandbox_end(&session->sandbox);
	if (session->connects > 1)
		session->listener.ready = false; /* a second connection may wait on it */
	if (session->process_ended)
		endpoint_close_all(&session->ghost);
	endpoint_reset(&session->client);
	trace_judge(trace);
}
