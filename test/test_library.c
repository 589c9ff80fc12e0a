/*
 * The library as its header promises it: what is refused, and what can be read of a trace.
 */
#include "sessions.h"

static int open_session(void **state)
{
	*state = open_plain(300);
	return !*state;
}

static int close_session(void **state)
{
	return closewait_close(*state);
}

static void what_cannot_be_opened(void **state)
{
	static const struct {
		int deadline, flags;
		const char *message;
	} cases[] = {{-1, 0, "a deadline of -1 milliseconds: expected 1 to 3600000, or 0"},
		{CLOSEWAIT_DEADLINE_LIMIT + 1, 0, "a deadline of 3600001 milliseconds"},
		{0, 2, "unknown flags: 0x2"},
		{0, CLOSEWAIT_SANDBOX | 0x100, "unknown flags: 0x100"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		errno = 0;
		assert_null(closewait_open(cases[i].deadline, cases[i].flags, why, sizeof why));
		assert_int_equal(errno, EINVAL);
		assert_non_null(strstr(why, cases[i].message));
		assert_null(closewait_open(cases[i].deadline, cases[i].flags, NULL, 0));
	}
	assert_int_equal(closewait_close(NULL), 0);
}

static void what_cannot_be_run(void **state)
{
	static const struct {
		const char *experiment, *family, *message;
	} cases[] = {{NULL, "tcp4", "no experiment was given"},
		{"write-after-close", NULL, "no family was given"},
		{"write-after-close", "tcp5", "tcp5: no such family; expected one of tcp4 "},
		{"no-such-name", "tcp4", "no-such-name: no such experiment in the catalogue"},
		{"client wirte 6\n", "tcp4", "experiment:1:8: 'wirte'"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char small[8] = "1234567";

		errno = 0;
		assert_null(closewait_run(
			*state, cases[i].experiment, cases[i].family, why, sizeof why));
		assert_int_equal(errno, EINVAL);
		assert_non_null(strstr(why, cases[i].message));
		assert_null(closewait_run(*state, cases[i].experiment, cases[i].family, NULL, 0));
		closewait_run(*state, cases[i].experiment, cases[i].family, small, 4);
		assert_memory_equal(small, why, 3);
		assert_memory_equal(small + 3,
			"\0"
			"567",
			5);
	}
	assert_null(closewait_run(NULL, "write-after-close", "tcp4", why, sizeof why));
	assert_int_equal(errno, EINVAL);
	assert_string_equal(why, "no session was given");
}

static void without_a_message(void **state)
{
	struct closewait *session = closewait_open(0, 0, NULL, 0);
	struct closewait_trace *trace = closewait_run(session, classic, "tcp4", NULL, 0);

	(void)state;
	assert_non_null(trace);
	assert_false(closewait_sandboxed(session, NULL, 0));
	closewait_trace_free(trace);
	assert_int_equal(closewait_close(session), 0);
}

static void a_family_that_is_not_used(void **state)
{
	struct closewait_trace *trace = closewait_run(*state, classic, "unix", why, sizeof why);
	struct closewait_step step;

	assert_int_equal(closewait_trace_verdict(trace), CLOSEWAIT_SKIPPED);
	assert_string_equal(closewait_trace_reason(trace), "it does not use unix");
	assert_string_equal(closewait_trace_family(trace), "unix");
	assert_non_null(strstr(closewait_trace_text(trace), "\n# skipped: it does not use unix\n"));
	assert_true(closewait_trace_step(trace, 1, &step));
	assert_false(step.reached || step.deviates);
	closewait_trace_free(trace);
}

static void assert_step(const struct closewait_trace *trace, int n, struct closewait_step wanted)
{
	struct closewait_step step;

	assert_true(closewait_trace_step(trace, n, &step));
	assert_string_equal(step.who, wanted.who);
	assert_string_equal(step.text, wanted.text);
	assert_string_equal(step.observed, wanted.observed);
	assert_string_equal(step.expected, wanted.expected);
	assert_string_equal(step.predicted, wanted.predicted);
	assert_string_equal(step.note, wanted.note);
	assert_int_equal(step.returned, wanted.returned);
	assert_int_equal(step.error, wanted.error);
	assert_int_equal(step.signal, wanted.signal);
	assert_int_equal(step.reached, wanted.reached);
	assert_int_equal(step.deviates, wanted.deviates);
	assert_string_equal(step.data, wanted.data ? wanted.data : "");
}

static void every_step(void **state)
{
	struct closewait_trace *trace = run_it(*state, "client sigpipe handler\n"
						       "client write 6 = -1 EPIPE SIGPIPE\n"
						       "client connect = 0\n"
						       "client await ESTABLISHED\n"
						       "client state = ESTABLISHED\n"
						       "client getsockopt SO_RCVLOWAT = >0\n"
						       "count TcpOutRsts = 0\n"
						       "server accept = 3\n"
						       "server write \"a\\x00\\n\" = 3\n"
						       "client read 6 = 3\n"
						       "client read 6 = 6\n"
						       "server close\n");
	const struct closewait_step steps[] = {
		{"client", "client sigpipe handler", "0", "", "0", "", .reached = true},
		{"client", "client write 6", "-1 EPIPE SIGPIPE", "-1 EPIPE SIGPIPE",
			"-1 EPIPE SIGPIPE", "", -1, EPIPE, SIGPIPE, .reached = true},
		{"client", "client connect", "0", "0", "0", "", .reached = true},
		{"client", "client await ESTABLISHED", "", "", "", "", .reached = true},
		{"client", "client state", "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "", 1,
			.reached = true},
		{"client", "client getsockopt SO_RCVLOWAT", "1", ">0", "1", "", 1, .reached = true},
		{"", "count TcpOutRsts", "", "0", "0", "not asserted: not in a sandbox",
			.reached = true},
		{"server", "server accept", "0", "3", "0", "", .reached = true, .deviates = true},
		{"server", "server write \"a\\0\\n\"", "3", "3", "3", "", 3, .reached = true},
		{"client", "client read 6", "3", "3", "3", "", 3, .reached = true,
			.data = "\"a\\0\\n\""},
		{"client", "client read 6", "timeout in ESTABLISHED", "6", "timeout in ESTABLISHED",
			"", .reached = true, .deviates = true},
		{"server", "server close", "", "", "0", "", .deviates = true}};
	int count = sizeof steps / sizeof *steps;

	assert_non_null(trace);
	assert_int_equal(closewait_trace_steps(trace), count);
	for (int i = 0; i < count; i++)
		assert_step(trace, i + 1, steps[i]);
	assert_false(closewait_trace_step(trace, 0, &(struct closewait_step){0}));
	assert_false(closewait_trace_step(trace, count + 1, &(struct closewait_step){0}));
	assert_int_equal(closewait_trace_deviations(trace), 3);
	assert_string_equal(closewait_trace_reason(trace), "");
	closewait_trace_free(trace);
}

static void the_run(void **state)
{
	struct closewait_trace *trace = run_it(*state, classic);
	int number[3], end = 0;
	long returned;

	assert_string_equal(closewait_trace_family(trace), "tcp4");
	sscanf(closewait_trace_kernel(trace), "%d.%d.%d%n", number, number + 1, number + 2, &end);
	assert_true(end && !closewait_trace_kernel(trace)[end]);
	assert_int_equal(closewait_trace_packets(trace), -1);
	assert_null(closewait_trace_packet(trace, 1));
	assert_true(closewait_trace_write(trace, 2, &returned, NULL));
	assert_int_equal(returned, -1);
	assert_true(closewait_trace_write(trace, 1, NULL, NULL));
	errno = 0;
	assert_null(closewait_trace_diff(trace, NULL));
	assert_int_equal(errno, EINVAL);
	closewait_trace_free(trace);
}

static bool packets_in_a_sandbox(void)
{
	static const char *const packets[] = {"> S", "< S.", "> .", "< F.", "> .", "> P. 6", "< R"};
	int count = sizeof packets / sizeof *packets;
	struct closewait *session;

	if (!find_sandbox(&session))
		return !closewait_close(session);
	struct closewait_trace *trace = run_it(session, classic);

	closewait_close(session); /* the trace outlives it */
	MUST(closewait_trace_packets(trace) == count);
	for (int i = 0; i < count; i++)
		MUST(!strcmp(closewait_trace_packet(trace, i + 1), packets[i]));
	MUST(!closewait_trace_packet(trace, 0) && !closewait_trace_packet(trace, count + 1));
	closewait_trace_free(trace);
	return true;
}

static void every_packet(void **state)
{
	(void)state;
	in_child(packets_in_a_sandbox);
}

static void every_name(void **state)
{
	int count = 0;
	bool found = false;

	(void)state;
	for (const char *name; (name = closewait_name(count + 1)); count++) {
		found |= !strcmp(name, classic);
		assert_true(strcmp(name, "format") != 0); /* a text, but no experiment */
		if (count)
			assert_true(strcmp(closewait_name(count), name) < 0);
	}
	assert_true(found && count > 150);
	assert_null(closewait_name(0));
	assert_null(closewait_name(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test_setup_teardown(what_cannot_be_run, open_session, close_session),
		cmocka_unit_test(without_a_message),
		cmocka_unit_test_setup_teardown(
			a_family_that_is_not_used, open_session, close_session),
		cmocka_unit_test_setup_teardown(every_step, open_session, close_session),
		cmocka_unit_test_setup_teardown(the_run, open_session, close_session),
		cmocka_unit_test(every_packet),
		cmocka_unit_test(every_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
