#include "runner.h"

#include "clock.h"
#include "context.h"
#include "deadline.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int session_open(struct session *session, int deadline, char *message, size_t size)
{
	int status = deadline_setup();

	if (status) {
		snprintf(
			message, size, "cannot create the deadline's timer: %s", strerror(-status));
		return status;
	}
	*session = (struct session){.client = endpoint_new(CLIENT), .deadline = deadline};
	signal(SIGPIPE, SIG_IGN);
	session->context = context_read(&session->kernel);
	if (session->context)
		return 0;
	status = -errno;
	snprintf(message, size, "cannot read /proc/version: %s", strerror(errno));
	deadline_teardown();
	return status;
}

void session_close(struct session *session)
{
	endpoint_close_all(&session->client);
	listener_stop(&session->listener);
	free(session->context);
	deadline_teardown();
	signal(SIGPIPE, SIG_DFL);
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
	status = listener_start(&session->listener, session->deadline + ANSWER_GRACE);
	return status ? status : listener_open(&session->listener, family);
}

static bool open_both(struct session *session, struct trace *trace)
{
	int status = listener_ready(session, trace->family);

	if (status)
		return fail(trace, "cannot start a listener on %s loopback: %s",
			family_name(trace->family), strerror(-status));
	status = endpoint_open(&session->client, trace->family);
	session->client.remote = session->listener.address;
	return !status || fail(trace, "cannot create a %s socket: %s", family_name(trace->family),
				  strerror(-status));
}

static void record(struct trace *trace, const struct outcome *outcome)
{
	struct record *record = &trace->record[trace->reached++];

	record->outcome = *outcome;
	record->reached = true;
}

/* Runs the consecutive steps of the server from the first not reached on. */
static bool run_server(struct session *session, struct trace *trace, int64_t deadline)
{
	const struct experiment *e = trace->experiment;
	const struct step *step[LISTENER_BATCH];
	struct outcome outcome[LISTENER_BATCH];
	int first = trace->reached, count = 0;

	while (count < LISTENER_BATCH && first + count < e->plan_count &&
		e->plan[first + count].step.who == SERVER) {
		step[count] = &e->plan[first + count].step;
		count++;
	}
	int ran = listener_run(
		&session->listener, step, count, deadline, &session->client.local, outcome);

	if (ran < 0) {
		listener_stop(&session->listener);
		return fail(trace, "the listener %s during lines %d to %d",
			ran == -EPIPE ? "died" : "did not answer", e->plan[first].line,
			e->plan[first + count - 1].line);
	}
	for (int i = 0; i < ran; i++)
		record(trace, &outcome[i]);
	return true;
}

static bool run_client(struct session *session, struct trace *trace, int64_t deadline)
{
	struct outcome outcome;

	endpoint_run(&session->client, &trace->experiment->plan[trace->reached].step, deadline,
		&outcome);
	record(trace, &outcome);
	return true;
}

static void run_steps(struct session *session, struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	int64_t allowed = (int64_t)session->deadline * 1000000;
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + allowed;

	while (trace->reached < e->plan_count) {
		bool client = e->plan[trace->reached].step.who == CLIENT;

		if (!(client ? run_client : run_server)(session, trace, deadline))
			return;
		int last = trace->reached - 1;

		if (trace->record[last].outcome.result.kind != RESULT_TIMEOUT)
			continue;
		if (trace_deviates(trace, last))
			return;
		deadline = clock_read(CLOCK_MONOTONIC) + allowed;
	}
}

void session_run(struct session *session, struct trace *trace)
{
	trace_restart(trace);
	trace->context = session->context;
	trace->begin = clock_now();
	if (open_both(session, trace))
		run_steps(session, trace);
	trace->end = clock_now();
	endpoint_reset(&session->client);
	trace_judge(trace);
}
