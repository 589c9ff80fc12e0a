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
#include <stdio.h>

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

/* The header, the library and the package are of one version. */
static void one_version(void **state)
{
	int major, minor, patch;

	(void)state;
	assert_string_equal(CLOSEWAIT_VERSION, PACKAGE_VERSION);
	assert_string_equal(closewait_version(), PACKAGE_VERSION);
	assert_int_equal(sscanf(CLOSEWAIT_VERSION, "%d.%d.%d", &major, &minor, &patch), 3);
	assert_int_equal(CLOSEWAIT_VERSION_NUMBER, 10000 * major + 100 * minor + patch);
}

/* Steps, packets and names can be gone through without asking how many there are. */
static void everything_is_there(void **state)
{
	struct closewait_trace *trace =
		closewait_run(session, closewait_name(1), "tcp4", why, sizeof why);
	struct closewait_step step;
	int n = 1;

	(void)state;
	assert_non_null(trace);
	for (; closewait_trace_step(trace, n, &step); n++)
		assert_true(step.text[0] && step.reached);
	assert_int_equal(n - 1, closewait_trace_steps(trace));
	for (n = 1; closewait_trace_packet(trace, n); n++)
		;
	if (closewait_sandboxed(session, NULL, 0))
		assert_int_equal(n - 1, closewait_trace_packets(trace));
	assert_string_equal(closewait_trace_family(trace), "tcp4");
	assert_true(closewait_trace_kernel(trace)[0]);
	closewait_trace_free(trace);
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

/* These have to fail; CMakeLists.txt looks for the message. */
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

static void no_trace(void **state)
{
	(void)state;
	assert_trace_expected(closewait_run(session, "no-such-name", "tcp4", NULL, 0));
}

static void skipped(void **state)
{
	(void)state;
	assert_trace_expected(closewait_run(session, "write-after-close", "unix", NULL, 0));
}

/* Behind a line and a page of comment that are longer than cmocka prints at once. */
static void deviates(void **state)
{
	static char text[8192] = "#";

	(void)state;
	for (int i = 0; i < 50; i++)
		strcat(text, " a long line of a comment, as in a trace of sysctls,");
	strcat(text, "\n# end of the long line\n");
	for (int i = 0; i < 100; i++)
		strcat(text, "# one of many lines of comment\n");
	strcat(text, "client write 6 = 6\n");
	assert_trace_expected(closewait_run(session, text, "tcp4", NULL, 0));
}

static const struct CMUnitTest failing[] = {
	cmocka_unit_test(wrong_write),
	cmocka_unit_test(wrong_text),
	cmocka_unit_test(no_trace),
	cmocka_unit_test(skipped),
	cmocka_unit_test(deviates),
};

static int fail_as_asked(const char *name)
{
	for (size_t i = 0; i < sizeof failing / sizeof *failing; i++)
		if (!strcmp(failing[i].name, name)) {
			const struct CMUnitTest tests[] = {failing[i]};

			return cmocka_run_group_tests(tests, setup, teardown);
		}
	return -1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classic_writes),
		cmocka_unit_test(own_experiment),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(deviation_is_a_verdict),
		cmocka_unit_test(one_version),
		cmocka_unit_test(everything_is_there),
	};

	return argc > 1 ? fail_as_asked(argv[1]) : cmocka_run_group_tests(tests, setup, teardown);
}
