/*
 * outside: closewait.h and closewait_cmocka.h as another project's test uses them: every assertion
 * passes where it should, and fails, with a diff, where it should fail.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include <closewait_cmocka.h>

static struct closewait *session;
static char why[CLOSEWAIT_MESSAGE];

static int setup(void **state)
{
	(void)state;
	session = closewait_open(0, CLOSEWAIT_SANDBOX, why, sizeof why);
	return session ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	closewait_close(session);
	return 0;
}

static void classic_writes(void **state)
{
	struct closewait_trace *trace =
		closewait_run(session, "write-after-close", "tcp4", why, sizeof why);

	(void)state;
	assert_non_null(trace);
	assert_trace_expected(trace);
	assert_trace_write(trace, 1, 6, 0);
	assert_trace_write(trace, 2, -1, EPIPE);
	assert_false(closewait_trace_write(trace, 3, &(long){0}, &(int){0}));
	closewait_trace_free(trace);
}

static void own_experiment(void **state)
{
	static const char text[] = "client connect = 0\n"
				   "server accept = 0\n"
				   "client write 5 = 5\n"
				   "server read 16 = 5\n";
	struct closewait_trace *trace = closewait_run(session, text, "tcp6", why, sizeof why);
	char *diff;

	(void)state;
	assert_non_null(trace);
	assert_trace_text(trace, text);
	diff = closewait_trace_diff(trace, "client connect = 0\n"
					   "server accept = 0\n"
					   "client write 5 = 4\n"
					   "server read 16 = 5\n");
	assert_string_equal(diff, " client connect = 0\n"
				  " server accept = 0\n"
				  "-client write 5 = 4\n"
				  "+client write 5 = 5\n"
				  " server read 16 = 5\n");
	free(diff);
	closewait_trace_free(trace);
}

static void bad_input(void **state)
{
	(void)state;
	assert_null(closewait_run(session, "client wirte 6 = 6\n", "tcp4", why, sizeof why));
	assert_int_equal(errno, EINVAL);
	assert_non_null(strstr(why, "experiment:1:8: 'wirte'"));
	assert_null(closewait_run(session, "no-such-name", "tcp4", why, sizeof why));
	assert_null(closewait_run(session, "write-after-close", "tcp5", why, sizeof why));
	closewait_trace_free(NULL); /* as free(3) */
	closewait_close(NULL);
}

static void deviation_is_a_verdict(void **state)
{
	struct closewait_trace *trace =
		closewait_run(session, "client write 6 = 6\n", "tcp4", why, sizeof why);

	(void)state;
	assert_non_null(trace);
	assert_int_equal(closewait_trace_verdict(trace), CLOSEWAIT_DEVIATES);
	assert_non_null(
		strstr(closewait_trace_text(trace), "+client write 6           = -1 EPIPE"));
	closewait_trace_free(trace);
}

/* These two have to fail; CMakeLists.txt looks for the message. */
static void wrong_write(void **state)
{
	struct closewait_trace *trace =
		closewait_run(session, "write-after-close", "tcp4", why, sizeof why);

	(void)state;
	assert_trace_write(trace, 2, 6, 0);
}

static void wrong_text(void **state)
{
	struct closewait_trace *trace =
		closewait_run(session, "connect-refused", "tcp4", why, sizeof why);

	(void)state;
	assert_trace_text(trace, "server close = 0\nclient connect = 0\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest wrong[] = {
		cmocka_unit_test(wrong_write),
		cmocka_unit_test(wrong_text),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classic_writes),
		cmocka_unit_test(own_experiment),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(deviation_is_a_verdict),
	};

	(void)argv;
	return argc > 1 ? cmocka_run_group_tests(wrong, setup, teardown)
			: cmocka_run_group_tests(tests, setup, teardown);
}
