/*
 * Progress: on a terminal that can go back in its line, while a run takes longer than a second, and
 * gone when it ends.
 */
#include "program.h"

#include <poll.h>
#include <pty.h>

enum { PATIENCE = 20000 /* milliseconds */ };

static const struct call endless = {
	{"run", "write-after-close", "--family=tcp4", "--repeat=100000000"}, NULL, 3, "", NULL};

static bool with_cursor(void)
{
	return !setenv("TERM", "xterm", 1);
}

static char all[65536]; /* what was read last */

/* Reads on from the terminal until text was there, or to its end. */
static bool shows(int terminal, const char *text)
{
	size_t length = 0;
	struct pollfd p = {terminal, POLLIN, 0};
	ssize_t n;

	while (length < sizeof all - 1 && poll(&p, 1, PATIENCE) > 0 &&
		(n = read(terminal, all + length, sizeof all - 1 - length)) > 0) {
		length += (size_t)n;
		all[length] = '\0';
		if (strstr(all, text))
			return true;
	}
	return false;
}

/* Starts it; its standard error is the terminal whose other end is given, and with out -1 its
 * standard output, too. */
static pid_t start_on_terminal(const struct call *call, int *terminal, int out)
{
	int other, in = temporary("");

	assert_int_equal(openpty(terminal, &other, NULL, NULL, NULL), 0);
	prepare = with_cursor;
	pid_t pid = start(call, in, out < 0 ? other : out, other);

	prepare = NULL;
	close(in);
	close(other);
	return pid;
}

static void end(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

static void on_a_terminal(void **state)
{
	int terminal, out = temporary("");
	pid_t pid = start_on_terminal(&endless, &terminal, out);

	(void)state;
	assert_true(shows(terminal, "/100000000 runs\033[K"));
	end(pid);
	assert_true(shows(terminal, "\r\033[K"));
	close(terminal);
	close(out);
}

/* With several jobs, too, the line is gone before the summary is printed. */
static void cleared_before_the_summary(void **state)
{
	static const struct call jobs = {{"run", "write-after-close", "--family=tcp4",
						 "--family=tcp6", "--jobs=2", "--repeat=100000000"},
		NULL, 3, "", NULL};
	int terminal;
	pid_t pid = start_on_terminal(&jobs, &terminal, -1);

	(void)state;
	assert_true(shows(terminal, "/200000000 runs\033[K"));
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_true(shows(terminal, "# 2 traces, "));
	char *last = NULL, *summary = strstr(all, "# 2 traces, ");

	for (char *at = all; (at = strstr(at, " runs\033[K")) && at < summary; at++)
		last = at;
	/* After the last result the line is shown once more: progress_show(), in pool.c. */
	char *cleared = last ? strstr(last, "\r\033[K") : NULL;

	assert_true(cleared && cleared < summary);
	while (shows(terminal, "\n\n\n"))
		; /* it ends */
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	close(terminal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_terminal),
		cmocka_unit_test(cleared_before_the_summary),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
