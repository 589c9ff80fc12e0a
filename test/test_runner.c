/*
 * The runner's deadline: a step that would block for ever ends as a reported timeout, whatever the
 * call; one that was expected lets the run go on; nothing is left behind by many runs.
 */
#include "session.h"

#include <sys/wait.h>
#include <unistd.h>

enum { SHORT = 400 /* ms: also covers the steps before the one that blocks */ };

static int setup(void **state)
{
	(void)state;
	open_session(SHORT);
	return 0;
}

static int setup_long(void **state)
{
	(void)state;
	open_session(DEADLINE_DEFAULT);
	return 0;
}

#define CONNECTED "client connect = 0\nserver accept = 0\n"

/* In each the last step blocks, and the run ends there as it says. */
static void what_blocks_times_out(void **state)
{
	static const char *const text[] = {
		CONNECTED "client read 6 = timeout in ESTABLISHED\n",
		CONNECTED "server read 6 = timeout in ESTABLISHED\n",
		CONNECTED "client recv 6 MSG_PEEK = timeout in ESTABLISHED\n",
		CONNECTED "client recv 0 = timeout in ESTABLISHED\n",
		CONNECTED
		"client write 3 = 3\nserver recv 6 MSG_WAITALL = timeout in ESTABLISHED\n",
		CONNECTED "client write 1048576\nclient write 1048576\nclient write 1048576\n"
			  "client write 1048576\nclient write 1048576\nclient write 1048576\n"
			  "client write 1048576\nclient write 1048576 = timeout in ESTABLISHED\n",
		CONNECTED "client await CLOSE_WAIT = timeout in ESTABLISHED\n",
		CONNECTED "server await POLLIN = timeout in ESTABLISHED\n",
		"client await ESTABLISHED = timeout in CLOSE\n",
		"server accept = timeout in LISTEN\n",
		"server close = 0\nserver await ESTABLISHED = timeout in CLOSE\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		struct trace *trace = new_trace(text[i], FAMILY_TCP4);
		int last;

		session_run(&session, trace);
		last = trace->reached - 1;
		assert_int_equal(trace->observation[last].outcome.result.kind, RESULT_TIMEOUT);
		/* The big writes fill the buffers at one of the unasserted lines: a timeout there
		 * deviates. */
		if (!strstr(text[i], "1048576"))
			assert_verdict(trace, VERDICT_EXPECTED);
		drop_trace(trace);
	}
}

static void the_rest_is_not_run(void **state)
{
	struct trace *trace =
		new_trace(CONNECTED "client read 6 = 6\nclient write 6 = 6\n", FAMILY_TCP4);

	(void)state;
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_DEVIATES);
	assert_int_equal(trace->reached, 3);
	assert_int_equal(trace->deviations, 2);
	drop_trace(trace);
}

static void an_expected_timeout_goes_on(void **state)
{
	(void)state;
	run_once(CONNECTED "client read 6 = timeout in ESTABLISHED\nserver read 6 = timeout\n"
			   "client write 6 = 6\nserver read 6 = 6\nclient read 1 = timeout\n"
			   "server write 1 = 1\nclient read 1 = 1\n",
		FAMILY_TCP6, VERDICT_EXPECTED);
}

static void a_timeout_does_not_spoil_the_next_run(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		run_once(CONNECTED "client read 6 = 6\n", FAMILY_TCP4, VERDICT_DEVIATES);
		run_once("write-after-reset", FAMILY_TCP4, VERDICT_EXPECTED);
	}
}

static void many_runs_leave_nothing(void **state)
{
	static const char *const names[] = {"write-after-close-unsettled", "connect-refused",
		"write-after-close-unread", "write-after-reset"};
	int parent = 0, child = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		run_once(names[i % 4], (enum family)(i / 4 % 2), VERDICT_EXPECTED);
		if (i == 40) {
			parent = count_descriptors(getpid());
			child = count_descriptors(session.listener.pid);
		}
	}
	assert_int_equal(count_descriptors(getpid()), parent);
	assert_in_range(count_descriptors(session.listener.pid), 1, child + 1);
	session_close(&session);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	open_session(SHORT);
}

static void client_never_accepted(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		run_once("client connect = 0\nclient write 6 = 6\n", FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("write-after-close-unread", FAMILY_TCP4, VERDICT_EXPECTED);
}

static void options_of_the_listening_socket_do_not_stay(void **state)
{
	(void)state;
	run_once("server setsockopt SO_LINGER 1,0 = 0\n" CONNECTED
		 "server getsockopt SO_LINGER = 1,0\nserver close = 0\nclient await CLOSE\n"
		 "client write 6 = -1 ECONNRESET\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
}

static void sigpipe_is_observed_and_forgotten(void **state)
{
	(void)state;
	run_once("client sigpipe handler = 0\n" CONNECTED "client shutdown SHUT_WR = 0\n"
		 "client write 6 = -1 EPIPE SIGPIPE\nclient send 6 MSG_NOSIGNAL = -1 EPIPE\n"
		 "client sigpipe default = 0\nclient write 0 = -1 EPIPE SIGPIPE\n"
		 "client sigpipe ignore = 0\nclient write 6 = -1 EPIPE\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("sigpipe-default", FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("write-after-own-shutdown", FAMILY_TCP4, VERDICT_EXPECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_blocks_times_out, setup, close_session),
		cmocka_unit_test_setup_teardown(the_rest_is_not_run, setup, close_session),
		cmocka_unit_test_setup_teardown(an_expected_timeout_goes_on, setup, close_session),
		cmocka_unit_test_setup_teardown(
			a_timeout_does_not_spoil_the_next_run, setup, close_session),
		cmocka_unit_test_setup_teardown(many_runs_leave_nothing, setup_long, close_session),
		cmocka_unit_test_setup_teardown(client_never_accepted, setup_long, close_session),
		cmocka_unit_test_setup_teardown(
			options_of_the_listening_socket_do_not_stay, setup_long, close_session),
		cmocka_unit_test_setup_teardown(
			sigpipe_is_observed_and_forgotten, setup_long, close_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
