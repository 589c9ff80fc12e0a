/*
 * The classic, step by step: every write's return value and errno from the recorded trace, on every
 * family; and that a wrong expectation, in a result or in what is missing, turns the verdict red.
 */
#include "session.h"

#include <errno.h>

static int setup(void **state)
{
	(void)state;
	open_session(DEADLINE_DEFAULT);
	return 0;
}

/* What the nth write of the client gave. */
static const struct result *nth_write(const struct trace *trace, int n)
{
	for (int i = 0; i < trace->reached; i++) {
		const struct step *step = &trace->experiment->script[i].step;

		if (step->who == CLIENT && !strcmp(step->operation->name, "write") && !--n)
			return &trace->observation[i].outcome.result;
	}
	fail_msg("no such write in the trace");
	return NULL;
}

static void classic(enum family family)
{
	struct trace *trace = new_trace("write-after-close", family);
	const struct result *first, *second;

	session_run(&session, trace);
	assert_verdict(trace, VERDICT_EXPECTED);
	assert_int_equal(trace->reached, trace->experiment->step_count);
	first = nth_write(trace, 1);
	assert_int_equal(first->kind, RESULT_NUMBER);
	assert_int_equal(first->value, 6);
	second = nth_write(trace, 2);
	assert_int_equal(second->kind, RESULT_ERROR);
	assert_int_equal(second->value, EPIPE);
	assert_int_equal(second->signal, 0);
	drop_trace(trace);
}

static void classic_tcp4(void **state)
{
	(void)state;
	classic(FAMILY_TCP4);
}

static void classic_tcp6(void **state)
{
	(void)state;
	classic(FAMILY_TCP6);
}

static void times_are_in_order(void **state)
{
	struct trace *trace = new_trace("write-after-close", FAMILY_TCP4);
	int64_t before = 0;

	(void)state;
	session_run(&session, trace);
	for (int i = 0; i < trace->reached; i++) {
		const struct outcome *outcome = &trace->observation[i].outcome;

		assert_true(outcome->begin >= before);
		assert_true(outcome->end >= outcome->begin);
		before = outcome->end;
	}
	drop_trace(trace);
}

/* Each is the classic with one thing wrong. */
static void wrong_expectations_turn_red(void **state)
{
	static const char start[] = "client connect = 0\nserver accept = 0\nserver close = 0\n"
				    "client await CLOSE_WAIT\n";
	static const char *const wrong[] = {
		"client write 6 = 5\n",
		"client write 6 = -1 EPIPE\n",
		"client write 6 = >6\n",
		"client write 6 = 6 SIGPIPE\n",
		"client write 6 = 6\nclient await CLOSE\nclient write 6 = 6\n",
		"client write 6 = 6\nclient await CLOSE\nclient write 6 = -1 ECONNRESET\n",
		"client write 6 = 6\nclient await CLOSE\nclient write 6 = -1 EPIPE SIGPIPE\n",
		"client state = ESTABLISHED\n",
		"client poll = POLLOUT\n",
		"client getsockopt SO_ERROR = EPIPE\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char text[512];

		snprintf(text, sizeof text, "%s%s", start, wrong[i]);
		run_once(text, FAMILY_TCP4, VERDICT_DEVIATES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(classic_tcp4, setup, close_session),
		cmocka_unit_test_setup_teardown(classic_tcp6, setup, close_session),
		cmocka_unit_test_setup_teardown(times_are_in_order, setup, close_session),
		cmocka_unit_test_setup_teardown(wrong_expectations_turn_red, setup, close_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
