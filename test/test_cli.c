/*
 * The command line: for each call its exit status, and what it says on stdout and on stderr.
 */

#include "language/catalog.h"
#include "program.h"

#include <poll.h>
#include <sys/pidfd.h>

static void good(void **state)
{
	static const struct call calls[] = {
		{{NULL}, NULL, 0,
			"client write 6           = -1 EPIPE     # client CLOSE, server CLOSE, ",
			NULL},
		{{"--version"}, NULL, 0, "closewait ", NULL},
		{{"--help"}, NULL, 0, "usage: closewait", NULL},
		{{"help"}, NULL, 0, "usage: closewait", NULL},
		{{"help", "format"}, NULL, 0, "\nOperations\n", NULL},
		{{"run", "--help"}, NULL, 0, "--repeat=N", NULL},
		{{"list", "--help"}, NULL, 0, "usage: closewait list", NULL},
		{{"show", "--help"}, NULL, 0, "usage: closewait show", NULL},
		{{"explore", "--help"}, NULL, 0, "usage: closewait explore", NULL},
		{{"-h"}, NULL, 0, "usage: closewait [COMMAND", NULL},
		{{"-V"}, NULL, 0, "closewait ", NULL},
		{{"run", "-h"}, NULL, 0, "usage: closewait run", NULL},
		{{"report", "-V"}, NULL, 0, "closewait ", NULL},
		{{"help", "-h"}, NULL, 0, "usage: closewait [COMMAND", NULL},
		{{"predict", "--help"}, NULL, 0, "usage: closewait predict", NULL},
		{{"list"}, NULL, 0,
			"\n  write-after-close                  After the server closes, the first "
			"write\n",
			NULL},
		{{"list", "--coverage"}, NULL, 0, " steps predicted on plain TCP and unix; ", NULL},
		{{"list", "--runs"}, NULL, 0, "write-after-close tcp6\n", NULL},
		{{"show", "write-after-close"}, NULL, 0, "use tcp4 tcp6\n", NULL},
		{{"predict", "write-after-close"}, NULL, 0,
			"= -1 EPIPE     # model: a RST came in CLOSE_WAIT, where\n", NULL},
		{{"predict", "-"},
			"use tcp4\nclient connect\nserver accept\nclient read 6 &\nserver kill\n"
			"client join = 0\nserver inq = -1 EBADF\nclient epoll_ctl EPOLL_CTL_ADD\n"
			"client epoll_wait = EPOLLIN|EPOLLOUT|EPOLLRDHUP\n"
			"client select = readfds|writefds\n",
			0, "\n# 9 steps, 0 deviations of the model from what is expected\n", NULL},
		{{"predict", "-"}, "use tcp4 unix-seqpacket\nclient poll\n", 0,
			"use unix-seqpacket\nclient poll                             # model: not "
			"modelled\n",
			NULL},
		{{"explore", "--count=20", "--family=tcp4"}, NULL, 0,
			"# seed 1, experiments 0 to 19: 20 run, ", NULL},
		{{"run", "--all", "--jobs=8"}, NULL, 0, " 0 deviations, ", NULL},
		{{"run", "--all", "--family=tcp6", "--jobs=8"}, NULL, 0,
			"tcp6           as expected", NULL},
		{{"run", "write-after-reset", "--family=tcp4", "--repeat=3"}, NULL, 0,
			"; run 3 of 3, ", NULL},
		{{"run", "-"}, "client write 6 = -1 EPIPE\n", 0, "# 1 step, 0 deviations", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

static const struct call misused[] = {
	{{"rum"}, NULL, 2, NULL, "closewait: rum: unknown command; did you mean 'run'?\n"},
	{{"xyzzy"}, NULL, 2, NULL,
		"closewait: xyzzy: unknown command; closewait help lists them\n"},
	{{"run"}, NULL, 2, NULL,
		"closewait: run: expected --all or the name of an experiment, a file or "
		"'-'\n"},
	{{"run", "--all", "write-after-close"}, NULL, 2, NULL,
		"closewait: run: expected --all or names, not both\n"},
	{{"run", "--repat=3", "x"}, NULL, 2, NULL,
		"closewait: --repat=3: unknown option; did you mean '--repeat'?\n"},
	{{"run", "-q"}, NULL, 2, NULL, "closewait: -q: unknown option; --help lists them\n"},
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
	{{"run", "--wire=long", "x"}, NULL, 2, NULL,
		"closewait: --wire=long: expected none, brief or full\n"},
	{{"help", "xyzzy"}, NULL, 2, NULL,
		"closewait: xyzzy: unknown topic; closewait help lists them\n"},
	{{"write-after-reset"}, NULL, 2, NULL,
		"closewait: write-after-reset: an experiment: closewait run "
		"write-after-reset\n"},
	{{"format"}, NULL, 2, NULL, "closewait: format: a topic: closewait help format\n"},
	{{"/dev/null"}, NULL, 2, NULL, "closewait: /dev/null: a file: closewait run /dev/null\n"},
	{{"run", "-x"}, NULL, 2, NULL, "closewait: -x: unknown option; --help lists them\n"},
	{{"run", "--family"}, NULL, 2, NULL,
		"closewait: --family: expected a value, as in --family=VALUE\n"},
	{{"run", "--all=yes"}, NULL, 2, NULL, "closewait: --all takes no value\n"},
	{{"run", "write-after-clsoe"}, NULL, 2, NULL,
		"closewait: write-after-clsoe: no such experiment or file; did you mean "
		"'write-after-close'?\n"},
	{{"run", "/"}, NULL, 2, NULL,
		"closewait: /: expected a regular file or a FIFO; '-' reads standard "
		"input\n"},
	{{"run", "/dev/zero"}, NULL, 2, NULL,
		"closewait: /dev/zero: expected a regular file or a FIFO; '-' reads "
		"standard "
		"input\n"},
	{{"run", "-"}, "client wirte 6\nserver\n", 2, NULL,
		"-:1:8: 'wirte': expected an operation (closewait help format lists them); "
		"did "
		"you mean 'write'?\n"
		"-:2:7: end of line: expected an operation (closewait help format lists "
		"them)\n"},
	{{"run", "-"}, "", 2, NULL,
		"-:1:1: no steps: expected at least one, such as 'client connect = 0'\n"},
};

static void misuse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof misused / sizeof *misused; i++)
		check(&misused[i]);
}

static void misuse_of_the_smaller_commands(void **state)
{
	static const struct call calls[] = {
		{{"show"}, NULL, 2, NULL,
			"closewait: show: expected the name of an experiment; closewait list shows "
			"them\n"},
		{{"predict"}, NULL, 2, NULL,
			"closewait: predict: expected the name of an experiment, a file or '-'\n"},
		{{"list", "xyzzy"}, NULL, 2, NULL,
			"closewait: list: no experiment has this word; closewait explain has pages "
			"for errnos, events and signals\n"},
		{{"list", "broken", "xyzzy"}, NULL, 2, NULL,
			"closewait: list: no experiment has all of these words; closewait explain "
			"has pages for errnos, events and signals\n"},
		{{"list", "--runs", "x"}, NULL, 2, NULL, "closewait: list: unexpected 'x'\n"},
		{{"list", "--runs", "--coverage"}, NULL, 2, NULL,
			"closewait: list: expected one of --runs, --coverage, --symbols and "
			"--format\n"},
		{{"show", "xyzzy"}, NULL, 2, NULL,
			"closewait: xyzzy: no such experiment or file; closewait list shows the "
			"experiments\n"},
		{{"predict", "/dev/null/x"}, NULL, 2, NULL,
			"closewait: /dev/null/x: cannot open: Not a directory\n"},
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
			"!client write 6           = -1 EPIPE     # model: ",
			NULL},
		{{"run", "-"},
			"use tcp4\nclient connect = 0\n  wire > S\n  wire < S.\nserver accept = 0\n"
			"client write 6 = 6\n  wire > P. 7\n",
			1,
			"-  wire > P. 7                           # expected\n"
			"+  wire > P. 6                           # observed\n",
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
		{{"predict", "write-after-close", "--family=unix"}, NULL, 4, NULL,
			"closewait: write-after-close: uses none of the families asked for\n"},
		/* A regular file that opens, and whose first byte is in no page. */
		{{"run", "/proc/self/mem"}, NULL, 3, NULL,
			"closewait: /proc/self/mem: cannot read: Input/output error\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

/* The catalogue in its order: above each group an empty line and its name, the first word of the
 * names in it. */
static void the_list_is_grouped(void **state)
{
	char *list = output_of(&(struct call){.arguments = {"list"}}), *at = list;
	char group[64] = "", name[64], title[128];

	(void)state;
	for (const struct text *t = texts; t->name; t++) {
		size_t first = strcspn(t->name, "-");

		if (strcmp(t->kind, "trace") != 0 && strcmp(t->kind, "peer") != 0)
			continue;
		if (strncmp(group, t->name, first) != 0 || group[first]) {
			if (at != list)
				assert_int_equal(*at++, '\n');
			assert_int_equal(sscanf(at, "%63[a-z]\n", group), 1);
			assert_int_equal(strlen(group), first);
			assert_memory_equal(group, t->name, first);
			at = strchr(at, '\n') + 1;
		}
		assert_int_equal(sscanf(at, "  %63[^ ] %127[^\n]", name, title), 2);
		assert_string_equal(name, t->name);
		assert_memory_equal(title, t->text + 2, strlen(title)); /* behind "# " */
		do /* and what of a long title stands below */
			at = strchr(at, '\n') + 1;
		while (!strncmp(at, "    ", 4));
	}
	assert_string_equal(at, "");
	free(list);
}

/* The words that reporters use lead to the experiments. */
static void the_list_is_searched(void **state)
{
	static const struct call calls[] = {
		{{"list", "keep-alive", "HTTP"}, NULL, 0, "write\n  write-lost-after-close  ",
			NULL},
		{{"list", "broken", "pipe", "classic"}, NULL, 2, NULL,
			"closewait: list: no experiment has all of these words; closewait explain "
			"has pages for errnos, events and signals\n"},
		{{"list", "proxy"}, NULL, 0, "\n  write-after-peer-shutdown-write ", NULL},
		{{"list", "reload"}, NULL, 0, "listen\n  listen-close-waiting ", NULL},
		{{"list", "413"}, NULL, 0, "write\n  write-after-close-unread ", NULL},
		{{"list", "Broken", "pipe"}, NULL, 0, "  write-after-close  ", NULL},
		{{"list", "--symbols"}, NULL, 0, "\nEPIPE\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

/* The last line counts; each line above it names an operation. */
static void assert_explore_is_counted(const char *at)
{
	double share;
	long steps, proposed = 0, unknown = 0;
	int made, operations_there, not_made = 0;

	for (; *at && *at != '#'; at = strchr(at, '\n') + 1) {
		long of, not_predicted;

		if (sscanf(at, "explore: not predicted: %9ld of %9ld ", &not_predicted, &of) == 2) {
			unknown += not_predicted;
			proposed += of;
		} else {
			assert_int_equal(strncmp(at, "explore makes no ", 17), 0);
			not_made++;
		}
	}
	assert_int_equal(sscanf(at,
				 "# explore: %lf %% of %9ld steps that chance proposed are "
				 "predicted; %9d of %9d operations made",
				 &share, &steps, &made, &operations_there),
		4);
	assert_int_equal(operations_there - made, not_made);
	assert_true(steps > proposed);
	assert_int_equal((long)(10 * share + 0.5),
		(long)(1000.0 * (double)(steps - unknown) / (double)steps + 0.5));
}

/* The line that counts; each line above it names a step, or a rule with its function. */
static void coverage_is_counted(void **state)
{
	char *coverage = output_of(&(struct call){.arguments = {"list", "--coverage"}}),
	     *at = coverage;
	int predicted, steps, reached, rules, missing = 0, unreached = 0;

	(void)state;
	for (; *at && *at != '#'; at = strchr(at, '\n') + 1) {
		bool step = !strncmp(at, "not predicted: ", 15);

		assert_true(step || !strncmp(at, "rule not reached: ", 18));
		assert_int_not_equal(strchr(at, '\n')[-1], ' ');
		missing += step;
		unreached += !step;
	}
	assert_int_equal(
		sscanf(at,
			"# %d of %d steps predicted on plain TCP and unix; %d of %d rules reached",
			&predicted, &steps, &reached, &rules),
		4);
	assert_int_equal(steps - predicted, missing);
	assert_int_equal(rules - reached, unreached);
	assert_int_equal(
		unreached, 0); /* a rule that no experiment shows is not known to be true */
	assert_explore_is_counted(strchr(at, '\n') + 1);
	free(coverage);
}

static void assert_told(const char *text, const char *word)
{
	if (!strstr(text, word))
		fail_msg("closewait help format does not tell of %s", word);
}

/* All that the tables have, in lines that a terminal shows. */
static void the_vocabulary_is_told(void **state)
{
	char *help = output_of(&(struct call){.arguments = {"help", "format"}}), line[64];
	const char *vocabulary = strstr(help, "\nOperations\n");

	(void)state;
	assert_non_null(vocabulary);
	for (const struct operation *o = operations; o->name; o++) {
		snprintf(line, sizeof line, "\n  %s", o->name);
		assert_told(vocabulary, line);
		assert_told(vocabulary, o->example);
	}
	for (const struct socket_option *o = socket_options; o->name; o++)
		assert_told(vocabulary, o->name);
	for (const struct symbol *n = epoll_actions; n->text; n++)
		assert_told(vocabulary, n->text);
	for (const char *at = vocabulary; *at; at += strcspn(at, "\n") + 1)
		assert_true(strcspn(at, "\n") <= 80);
	free(help);
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
		cmocka_unit_test(misuse_of_the_smaller_commands),
		cmocka_unit_test(deviations),
		cmocka_unit_test(the_list_is_grouped),
		cmocka_unit_test(the_list_is_searched),
		cmocka_unit_test(coverage_is_counted),
		cmocka_unit_test(the_vocabulary_is_told),
		cmocka_unit_test(a_trace_runs_again),
		cmocka_unit_test(a_full_disk_is_reported),
		cmocka_unit_test(a_slow_reader_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
