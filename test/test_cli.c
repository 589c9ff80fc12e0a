/*
 * The command line: for each call its exit status, and what it says on stdout and on stderr.
 */

#include "program.h"

#include <poll.h>
#include <sys/pidfd.h>

static void good(void **state)
{
	static const struct call calls[] = {
		{{NULL}, NULL, 0,
			"client write 6           = -1 EPIPE     # client CLOSE, server CLOSE\n",
			NULL},
		{{"--version"}, NULL, 0, "closewait ", NULL},
		{{"--help"}, NULL, 0, "usage: closewait", NULL},
		{{"help"}, NULL, 0, "usage: closewait", NULL},
		{{"help", "format"}, NULL, 0, "\nOperations\n", NULL},
		{{"run", "--help"}, NULL, 0, "--repeat=N", NULL},
		{{"list"}, NULL, 0, "connect-refused ", NULL},
		{{"list", "--runs"}, NULL, 0, "write-after-close tcp6\n", NULL},
		{{"show", "write-after-close"}, NULL, 0, "use tcp4 tcp6\n", NULL},
		{{"predict", "write-after-close"}, NULL, 0, "= -1 EPIPE     # machine: ", NULL},
		{{"run", "--all", "--jobs=8"}, NULL, 0, " 0 deviations, ", NULL},
		{{"run", "--all", "--family=tcp6", "--jobs=8"}, NULL, 0,
			"tcp6            as expected", NULL},
		{{"run", "write-after-reset", "--family=tcp4", "--repeat=3"}, NULL, 0,
			"; run 3 of 3, ", NULL},
		{{"run", "-"}, "client write 6 = -1 EPIPE\n", 0, "# 1 steps, 0 deviations", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

static void misuse(void **state)
{
	static const struct call calls[] = {
		{{"rum"}, NULL, 2, NULL, "closewait: rum: unknown command; did you mean 'run'?\n"},
		{{"xyzzy"}, NULL, 2, NULL,
			"closewait: xyzzy: unknown command; closewait help lists them\n"},
		{{"run"}, NULL, 2, NULL,
			"closewait: run: expected --all or the name of an experiment, a file or "
			"'-'\n"},
		{{"run", "--all", "write-after-close"}, NULL, 2, NULL,
			"closewait: run: expected --all or names, not both\n"},
		{{"run", "--repat=3", "x"}, NULL, 2, NULL,
			"closewait: --repat=3: unknown option; did you mean --repeat?\n"},
		{{"run", "-q"}, NULL, 2, NULL,
			"closewait: -q: unknown option; --help lists them\n"},
		{{"run", "--repeat=0", "x"}, NULL, 2, NULL,
			"closewait: --repeat=0: expected a whole number from 1 to 100000000\n"},
		{{"run", "--repeat=3x", "x"}, NULL, 2, NULL,
			"closewait: --repeat=3x: expected a whole number from 1 to 100000000\n"},
		{{"run", "--deadline=-1", "x"}, NULL, 2, NULL,
			"closewait: --deadline=-1: expected a whole number from 1 to 3600000\n"},
		{{"run", "--family=tcp5", "x"}, NULL, 2, NULL,
			"closewait: --family=tcp5: expected one of tcp4 tcp6 tcp4-mapped mptcp4 "
			"unix "
			"unix-seqpacket\n"},
		{{"run", "--family"}, NULL, 2, NULL,
			"closewait: --family: expected a value, as in --family=VALUE\n"},
		{{"run", "--all=yes"}, NULL, 2, NULL, "closewait: --all takes no value\n"},
		{{"run", "write-after-clsoe"}, NULL, 2, NULL,
			"closewait: write-after-clsoe: no such experiment or file; did you mean "
			"'write-after-close'?\n"},
		{{"run", "/"}, NULL, 2, NULL,
			"closewait: /: expected a regular file; '-' reads standard input\n"},
		{{"run", "/dev/zero"}, NULL, 2, NULL,
			"closewait: /dev/zero: expected a regular file; '-' reads standard "
			"input\n"},
		{{"run", "-"}, "client wirte 6\nserver\n", 2, NULL,
			"-:1:8: 'wirte': expected an operation (closewait help format lists them); "
			"did "
			"you mean 'write'?\n"
			"-:2:7: end of line: expected an operation (closewait help format lists "
			"them)\n"},
		{{"run", "-"}, "", 2, NULL,
			"-:1:1: no steps: expected at least one, such as 'client connect = 0'\n"},
		{{"show"}, NULL, 2, NULL,
			"closewait: show: expected the name of an experiment; closewait list shows "
			"them\n"},
		{{"predict"}, NULL, 2, NULL,
			"closewait: predict: expected the name of an experiment, a file or '-'\n"},
		{{"list", "x"}, NULL, 2, NULL, "closewait: list: unexpected 'x'\n"},
		{{"help", "x", "y"}, NULL, 2, NULL, "closewait: help: unexpected 'y'\n"},
		{{"help", "fromat"}, NULL, 2, NULL,
			"closewait: fromat: unknown topic; did you mean 'format'?\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

static void deviations(void **state)
{
	static const struct call calls[] = {
		{{"run", "-", "--family=tcp4"}, "client write 6 = 6\n", 1,
			"-client write 6           = 6            # expected\n"
			"+client write 6           = -1 EPIPE     # observed\n"
			"!client write 6           = -1 EPIPE     # machine: ",
			NULL},
		{{"run", "-", "--deadline=50", "--family=tcp4"},
			"client connect\nserver accept\nclient read 6\nclient read 6\n", 1,
			"+client read 6            = timeout in ESTABLISHED  # observed\n", NULL},
		{{"predict", "-", "--family=tcp4"}, "client write 6 = 6\n", 1,
			"-client write 6           = 6            # expected\n", NULL},
		{{"run", "-"}, "client write 6 = 6\n", 1,
			"# 2 traces, 2 runs, 2 steps, 2 deviations", NULL},
		{{"run", "-", "--family=tcp6"}, "use tcp4\nclient write 6\n", 4, NULL,
			"closewait: -: skipped: it uses none of the families asked for\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

/* The recorded trace is an experiment: run again, it is as expected. */
static void a_trace_runs_again(void **state)
{
	const struct call first = {.arguments = {"run", "write-after-reset", "--family=tcp6"}};
	int in = temporary(""), out = temporary(""), err = temporary("");
	char *trace;

	(void)state;
	assert_int_equal(run(&first, in, out, err), 0);
	trace = content(out);
	check(&(struct call){{"run", "-"}, trace, 0, "# 13 steps, 0 deviations", NULL});
	free(trace);
	close(in);
	close(err);
}

static void a_full_disk_is_reported(void **state)
{
	int in = temporary(""), full = open("/dev/full", O_WRONLY | O_CLOEXEC), err = temporary("");
	char *error;

	(void)state;
	assert_int_equal(run(&(struct call){.arguments = {"list"}}, in, full, err), 3);
	error = content(err);
	assert_string_equal(error, "closewait: cannot write the results to standard output\n");
	free(error);
	close(in);
	close(full);
}

/* A text of size bytes, and what the pipe may hold that it is written to. */
enum { LONG_TEXT = 3000, SMALL_PIPE = 4096 };

/* The deadline is the runs' alone. Of two traces the pipe holds one: the other waits for the
 * reader, longer than the deadline, and is whole all the same. */
static void a_slow_reader_loses_nothing(void **state)
{
	const struct call call = {.arguments = {"run", "-", "--no-sandbox", "--deadline=300"}};
	char input[LONG_TEXT + 1] = "", output[4 * SMALL_PIPE] = "";
	int in, err = temporary(""), out[2], status;
	size_t size = 0;
	ssize_t n;

	(void)state;
	memset(input, '\n', LONG_TEXT - 100);
	snprintf(input + LONG_TEXT - 100, 100, "client write 6 = -1 EPIPE\n");
	in = temporary(input);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(fcntl(out[1], F_SETPIPE_SZ, SMALL_PIPE), SMALL_PIPE);
	pid_t pid = start(&call, in, out[1], err);
	struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};

	close(out[1]);
	assert_int_equal(poll(&ended, 1, 600), 0);
	while ((n = read(out[0], output + size, sizeof output - 1 - size)) > 0)
		size += (size_t)n;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(size > (size_t)2 * (LONG_TEXT - 100));
	assert_non_null(strstr(output, "\n# 2 traces, 2 runs, 2 steps, 0 deviations, "));
	close(in);
	close(err);
	close(out[0]);
	close(ended.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(misuse),
		cmocka_unit_test(deviations),
		cmocka_unit_test(a_trace_runs_again),
		cmocka_unit_test(a_full_disk_is_reported),
		cmocka_unit_test(a_slow_reader_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
