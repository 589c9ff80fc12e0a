/*
 * The listener is killed before each of the steps of an experiment in turn: the run is an error, or
 * as expected when nothing asked for the server any more, and never a deviation; the next one is as
 * expected again. The steps are told apart by wrapping the calls that run them (ld --wrap).
 */
#include "session.h"

#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

enum { SHORT = 100 /* ms: what the listener has to do with is waited for in vain */ };

static int steps, victim; /* that began since the run did; before which the listener is killed */

static pid_t killed;

static void begin_step(void)
{
	if (steps++ != victim)
		return;
	killed = session.listener.pid;
	if (killed)
		kill(killed, SIGKILL);
}

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker's names */
void __real_endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);
void __wrap_endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);

/* The client's; the listener's process runs the server's, which are begun below. */
void __wrap_endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome)
{
	if (endpoint->who == CLIENT)
		begin_step();
	__real_endpoint_run(endpoint, step, deadline, outcome);
}

int __real_listener_run(struct listener *listener, const struct step *const *step, int count,
	int64_t deadline, const struct address *client, struct outcome *outcome);
int __wrap_listener_run(struct listener *listener, const struct step *const *step, int count,
	int64_t deadline, const struct address *client, struct outcome *outcome);

int __wrap_listener_run(struct listener *listener, const struct step *const *step, int count,
	int64_t deadline, const struct address *client, struct outcome *outcome)
{
	begin_step();
	return __real_listener_run(listener, step, count, deadline, client, outcome);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static void open_anew(int deadline)
{
	open_session_with((struct session_options){
		.deadline = deadline, .sandbox = true, .wire = WIRE_BRIEF, .states = true});
}

static int setup(void **state)
{
	(void)state;
	open_anew(SHORT);
	return 0;
}

/* Runs it with the listener killed before step number victim; false when there is no such step. */
static bool killed_before(struct trace *trace, int number, int *errors)
{
	victim = number;
	steps = 0;
	session_run(&session, trace);
	if (steps <= victim)
		return false;
	/* So that the next run sees that it is gone; the runner has not, when it had no need. */
	if (killed && session.listener.pid == killed)
		waitid(P_PID, (id_t)killed, &(siginfo_t){0}, WEXITED | WNOWAIT);
	if (trace->verdict != VERDICT_ERROR)
		assert_verdict(trace, VERDICT_EXPECTED);
	else if (!strstr(trace->reason, "the listener died"))
		fail_msg("%s: %s", trace->experiment->name, trace->reason);
	*errors += trace->verdict == VERDICT_ERROR;
	return true;
}

/* What was lost while the link was down comes with a tail loss probe after some milliseconds, or,
 * when that was lost as well, with the retransmission timer, after longer than SHORT
 * (tcp_schedule_loss_probe(), TCP_RTO_MIN): seen once, with the sanitizers, where the link comes up
 * later. */
static bool takes_the_link_down(const struct experiment *e)
{
	for (int i = 0; i < e->step_count; i++)
		if (e->script[i].step.operation->id == OP_LINK)
			return true;
	return false;
}

/* Those of the catalogue that take no longer anyway. */
static void before_each_step(void **state)
{
	int experiments = 0, errors = 0;

	(void)state;
	for (const struct text *t = texts; t->name; t++) {
		if (strcmp(t->kind, "trace") != 0)
			continue;
		struct trace *trace = new_trace(t->name, FAMILY_TCP4);

		killed_before(trace, INT_MAX, &errors);
		if (trace->experiment->families & 1u << FAMILY_TCP4 &&
			trace->verdict == VERDICT_EXPECTED &&
			!takes_the_link_down(trace->experiment)) {
			assert_true(steps > 0); /* the wrappers are called */
			for (int i = 0; killed_before(trace, i, &errors); i++)
				;
			/* And then as it was, however busy the machine is; elsewhere: what the
			 * server's process left may still send. */
			session_close(&session);
			open_anew(60000);
			killed_before(trace, INT_MAX, &errors);
			assert_verdict(trace, VERDICT_EXPECTED);
			session_close(&session);
			open_anew(SHORT);
			experiments++;
		}
		drop_trace(trace);
	}
	print_message("%d experiments, %d errors\n", experiments, errors);
	assert_true(experiments > 50);
	assert_true(errors > experiments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(before_each_step, setup, close_session),
	};

	return cmocka_run_group_tests_name("killed", tests, NULL, NULL);
}
