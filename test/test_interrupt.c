/*
 * SIGINT, SIGTERM and SIGHUP in the middle: whatever is waited for ends at once, what is there is
 * told and marked as partial, the exit status is 3, and no process or file is left.
 */
#include "process.h"

#include <errno.h>

#define FOR_AN_HOUR "--deadline=3600000"

/* None of them is done before its deadline. */
static const char client_reads[] =
	"client connect = 0\nserver accept = 0\nclient read 6 = timeout\n",
		  server_reads[] =
			  "client connect = 0\nserver accept = 0\nserver read 6 = timeout\n",
		  client_awaits[] = "client connect = 0\nserver accept = 0\nclient await CLOSE\n",
		  client_joins[] = "client connect = 0\nserver accept = 0\nclient read 6 &\n"
				   "client join\n";

/* Sends the signal as soon as there is a child: the listener, and with it the first run has begun,
 * or a worker. */
static void interrupt(const struct running *r, int signal)
{
	pid_t child[MANY];

	while (!children(r->pid, child))
		assert_false(is_zombie(r->pid));
	kill(r->pid, signal);
}

/* Is the trace an experiment again? It is read; it need not be run. */
static void assert_readable(const char *trace)
{
	check(&(struct call){{"run", "-", "--family=unix"}, trace, 4, NULL,
		"closewait: -: skipped: it uses none of the families asked for\n"});
}

static void assert_partial(struct said *said, int traces, const char *signal)
{
	char error[64];

	snprintf(error, sizeof error, "closewait: interrupted by %s\n", signal);
	assert_string_equal(said->error, error);
	assert_int_equal(
		occurrences(said->output, "\n# error: partial: interrupted in line "), traces);
	assert_int_equal(said->status, 3);
	if (traces == 1)
		assert_readable(said->output);
	forget(said);
}

static void whatever_is_waited_for(void **state)
{
	static const char *const waiting[] = {
		client_reads, server_reads, client_awaits, client_joins};

	(void)state;
	need_children();
	for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
		struct running r = begin(
			&(struct call){.arguments = {"run", "-", "--family=tcp4", FOR_AN_HOUR},
				.input = waiting[i]});

		interrupt(&r, SIGINT);
		struct said said = end(&r);

		assert_partial(&said, 1, "SIGINT");
	}
}

static void each_of_the_signals(void **state)
{
	static const struct {
		int signal;
		const char *name;
	} signals[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};

	(void)state;
	need_children();
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct running r = begin(
			&(struct call){.arguments = {"run", "-", "--family=tcp4", FOR_AN_HOUR},
				.input = client_reads});

		interrupt(&r, signals[i].signal);
		struct said said = end(&r);

		assert_partial(&said, 1, signals[i].name);
	}
}

static bool ignores_hangup(void)
{
	return signal(SIGHUP, SIG_IGN) != SIG_ERR;
}

/* As under nohup(1). */
static void what_is_ignored_stays_so(void **state)
{
	(void)state;
	need_children();
	prepare = ignores_hangup;
	struct running r = begin(&(struct call){
		.arguments = {"run", "-", "--family=tcp4", FOR_AN_HOUR}, .input = client_reads});

	prepare = NULL;
	interrupt(&r, SIGHUP);
	kill(r.pid, SIGTERM);
	struct said said = end(&r);

	assert_partial(&said, 1, "SIGTERM");
}

/* Every worker's trace is there, and no process is left. */
static void worker_processes(void **state)
{
	const struct call call = {.arguments = {"run", "-", "--jobs=2", "--family=tcp4",
					  "--family=tcp6", FOR_AN_HOUR},
		.input = client_reads};
	struct running r = begin(&call);
	pid_t worker[MANY], listener[MANY];
	int pidfd[MANY], count = 0;

	(void)state;
	need_children();
	while (count < 4) {
		assert_false(is_zombie(r.pid));
		count = 0;
		for (int i = children(r.pid, worker); i-- > 0;)
			if (children(worker[i], listener) == 1) {
				pidfd[count++] = pidfd_open(worker[i], 0);
				pidfd[count++] = pidfd_open(listener[0], 0);
			}
		for (int i = 0; i < count && count < 4; i++)
			close(pidfd[i]);
	}
	kill(r.pid, SIGINT);
	struct said said = end(&r);

	assert_end(pidfd, 4);
	assert_non_null(strstr(said.output, "\n# 2 traces, 2 runs, "));
	assert_partial(&said, 2, "SIGINT");
}

static void explore(void **state)
{
	static const char *const jobs[] = {"--jobs=1", "--jobs=2"};

	(void)state;
	need_children();
	for (int i = 0; i < 2; i++) {
		struct running r = begin(
			&(struct call){.arguments = {"explore", "--count=1000000000", jobs[i]}});

		interrupt(&r, SIGTERM);
		struct said said = end(&r);

		assert_string_equal(said.error, "closewait: interrupted by SIGTERM\n");
		assert_int_equal(strncmp(said.output, "# seed 1, ", 10), 0);
		assert_int_equal(said.status, 3);
		forget(&said);
	}
}

/* A record has its end only when it is whole. */
static void observation(void **state)
{
	struct running r = begin(&(struct call){.arguments = {"record", "--jobs=2"}});

	(void)state;
	need_children();
	interrupt(&r, SIGTERM);
	struct said said = end(&r);

	assert_non_null(strstr(said.error, "closewait: the record could not be written whole\n"
					   "closewait: interrupted by SIGTERM\n"));
	assert_int_equal(strncmp(said.output, "plan ", 5), 0);
	assert_null(strstr(said.output, "\nend "));
	assert_int_equal(said.status, 3);
	forget(&said);
}

static void no_capture(void **state)
{
	char directory[] = "/tmp/closewait-XXXXXX", option[64], error[160];

	(void)state;
	need_children();
	assert_non_null(mkdtemp(directory));
	snprintf(option, sizeof option, "--pcap=%s/x.pcap", directory);
	snprintf(error, sizeof error,
		"closewait: %s/x.pcap: no complete capture was written\n"
		"closewait: interrupted by SIGINT\n",
		directory);
	struct running r = begin(
		&(struct call){.arguments = {"run", "-", "--family=tcp4", FOR_AN_HOUR, option},
			.input = client_reads});

	interrupt(&r, SIGINT);
	struct said said = end(&r);

	assert_string_equal(said.error, error);
	assert_int_equal(said.status, 3);
	assert_int_equal(rmdir(directory), 0); /* it is empty */
	forget(&said);
}

/* Waits until the signal was delivered: until it is not pending any more (proc(5): ShdPnd). */
static void await_delivery(pid_t pid, int signal)
{
	char path[64], line[128];
	unsigned long long mask;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	do {
		FILE *status = fopen(path, "re");

		assert_non_null(status);
		mask = 0;
		while (fgets(line, sizeof line, status))
			sscanf(line, "ShdPnd: %llx", &mask);
		fclose(status);
	} while (mask >> (signal - 1) & 1);
}

/* The partial trace cannot be written, for nobody reads: that is not waited for for ever. */
static void a_second_one_kills(void **state)
{
	const struct call call = {
		.arguments = {"run", "-", "--family=tcp4", FOR_AN_HOUR}, .input = client_reads};
	int full[2], status;
	char byte = 0;

	(void)state;
	need_children();
	assert_int_equal(pipe2(full, O_CLOEXEC | O_NONBLOCK), 0);
	while (write(full[1], &byte, 1) == 1)
		;
	fcntl(full[1], F_SETFL, 0); /* the program's writes are to wait */
	struct running r = {.in = temporary(call.input), .err = temporary("")};

	r.pid = start(&call, r.in, full[1], r.err);
	interrupt(&r, SIGINT);
	struct pollfd ended = {.fd = pidfd_open(r.pid, 0), .events = POLLIN};

	/* It goes on waiting: the timer that ended the experiment does not end this; nor does a
	 * second signal at once, which is the same wish. */
	await_delivery(r.pid, SIGINT);
	kill(r.pid, SIGINT);
	assert_int_equal(poll(&ended, 1, 50), 0);
	for (int i = 0; i < PATIENCE / 50 && !poll(&ended, 1, 50); i++)
		kill(r.pid, SIGINT);
	close(ended.fd);
	assert_int_equal(waitpid(r.pid, &status, 0), r.pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	close(full[0]);
	close(full[1]);
	close(r.in);
	close(r.err);
}

/* timeout(1) signals its child, and then the process group that it is in. */
static void a_second_one_at_once_is_the_same_wish(void **state)
{
	(void)state;
	need_children();
	for (int i = 0; i < 20; i++) {
		struct running r = begin(
			&(struct call){.arguments = {"run", "-", "--family=tcp4", FOR_AN_HOUR},
				.input = client_reads});

		interrupt(&r, SIGTERM);
		await_delivery(r.pid, SIGTERM);
		kill(r.pid, SIGTERM);
		struct said said = end(&r);

		assert_int_equal(said.status, 3);
		assert_non_null(strstr(said.output, "partial: interrupted"));
		forget(&said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_waited_for),
		cmocka_unit_test(each_of_the_signals),
		cmocka_unit_test(what_is_ignored_stays_so),
		cmocka_unit_test(worker_processes),
		cmocka_unit_test(explore),
		cmocka_unit_test(observation),
		cmocka_unit_test(no_capture),
		cmocka_unit_test(a_second_one_kills),
		cmocka_unit_test(a_second_one_at_once_is_the_same_wish),
	};

	return cmocka_run_group_tests_name("interrupt", tests, NULL, NULL);
}
