/*
 * Worker processes that die: each costs its task and nothing else; what is done before it is told
 * as soon as it is there; and no process is left behind, however the run ends.
 */
#include "deny.h"
#include "process.h"
#include "report/record.h"

/* It is not done before its deadline, an hour. */
static const char blocking[] = "client connect = 0\nserver accept = 0\nclient read 6 = timeout\n";

#define FOR_AN_HOUR "--deadline=3600000"
#define KILLED "the worker process was ended by signal 9 (Killed)\n"

/* Waits until of two workers as many as blocked have a listener, and the others ended. When a
 * worker has one, it is in its first task at least. */
static void wait_for_workers(pid_t pid, int blocked, pid_t *worker, pid_t *listener)
{
	int with_listener, ended;
	pid_t child[MANY], grandchild[MANY];

	do {
		assert_false(is_zombie(pid));
		with_listener = ended = 0;
		for (int i = children(pid, child); i-- > 0 && with_listener < 2;) {
			if (is_zombie(child[i]))
				ended++;
			else if (children(child[i], grandchild) == 1) {
				worker[with_listener] = child[i];
				listener[with_listener++] = grandchild[0];
			}
		}
	} while (with_listener != blocked || ended != 2 - blocked);
}

static struct running begin_workers(
	const struct call *call, int blocked, pid_t *worker, pid_t *listener)
{
	need_children();
	struct running r = begin(call);

	wait_for_workers(r.pid, blocked, worker, listener);
	return r;
}

/* Its worker is killed in the middle of a task; what is before it has been told then, and what is
 * behind it, though done, has not. */
static void a_killed_worker_costs_its_task(void **state)
{
	const struct call call = {.arguments = {"run", "--jobs=2", "--family=tcp4", FOR_AN_HOUR,
					  "connect-refused", "-", "write-after-reset"},
		.input = blocking};
	pid_t worker[2], listener[2];
	char early[65536];

	(void)state;
	struct running r = begin_workers(&call, 1, worker, listener);

	int pidfd = pidfd_open(listener[0], 0);
	ssize_t n = pread(r.out, early, sizeof early - 1, 0);

	kill(worker[0], SIGKILL);
	struct said said = end(&r);

	assert_true(n > 0);
	early[n] = '\0';
	assert_int_equal(strncmp(early, "# connect-refused tcp4\n# Nobody", 31), 0);
	assert_int_equal(occurrences(early, " 0 deviations, "), 1);
	assert_int_equal(strncmp(said.output, early, (size_t)n), 0);
	const char *error = strstr(said.output, "\n# error: " KILLED);

	assert_non_null(error);
	assert_non_null(strstr(error, "# Why client write 6 = -1 EPIPE"));
	assert_non_null(strstr(error, "\n# 3 traces, 2 runs, 23 steps, 0 deviations, "));
	assert_string_equal(said.error, "closewait: - tcp4: " KILLED);
	assert_int_equal(said.status, 3);
	assert_end(&pidfd, 1);
	forget(&said);
}

/* Other worker processes take the place of those that were killed, for what is still to do. */
static void killed_workers_are_replaced(void **state)
{
	const struct call call = {.arguments = {"run", "--jobs=2", FOR_AN_HOUR, "--family=tcp4",
					  "--family=tcp6", "-", "connect-refused"},
		.input = blocking};
	pid_t worker[2], listener[2];

	(void)state;
	struct running r = begin_workers(&call, 2, worker, listener);

	kill(worker[0], SIGKILL);
	kill(worker[1], SIGKILL);
	struct said said = end(&r);

	assert_int_equal(occurrences(said.output, "# error: " KILLED), 2);
	assert_int_equal(occurrences(said.output, "client connect           = -1 ECONNREFUSED"), 4);
	assert_non_null(strstr(said.output, "\n# 4 traces, 2 runs, 20 steps, 0 deviations, "));
	assert_string_equal(said.error, "closewait: - tcp4: " KILLED "closewait: - tcp6: " KILLED);
	assert_int_equal(said.status, 3);
	forget(&said);
}

/* What could not be run is told. */
static void without_a_replacement(void **state)
{
	const struct call call = {.arguments = {"run", "--jobs=2", FOR_AN_HOUR, "--family=tcp4",
					  "--family=tcp6", "-", "connect-refused"},
		.input = blocking};
	pid_t worker[2], listener[2];

	(void)state;
	struct running r = begin_workers(&call, 2, worker, listener);

	/* A descriptor for what the sanitizers open at the end, and not the two of a socketpair. */
	assert_int_equal(prlimit(r.pid, RLIMIT_NOFILE, &(struct rlimit){4, 4}, NULL), 0);
	kill(worker[0], SIGKILL);
	kill(worker[1], SIGKILL);
	struct said said = end(&r);

	assert_non_null(strstr(said.error, "closewait: - tcp4: " KILLED));
	assert_non_null(strstr(said.error, "closewait: - tcp6: " KILLED));
	assert_non_null(strstr(
		said.error, "closewait: cannot start a worker process: Too many open files\n"));
	assert_non_null(strstr(
		said.error, "closewait: 2 of 4 traces are missing: no worker process is left\n"));
	assert_int_equal(occurrences(said.error, "\n"), 4);
	assert_int_equal(said.status, 3);
	forget(&said);
}

/* Kills the run, as somebody: its worker processes and their listeners end, too. */
static void kill_as(bool (*who)(void))
{
	const struct call call = {
		.arguments = {"run", "--jobs=2", FOR_AN_HOUR, "-"}, .input = blocking};
	pid_t worker[2], listener[2];
	int pidfd[4];

	prepare = who;
	struct running r = begin_workers(&call, 2, worker, listener);

	prepare = NULL;
	for (int i = 0; i < 2; i++) {
		pidfd[i] = pidfd_open(worker[i], 0);
		pidfd[2 + i] = pidfd_open(listener[i], 0);
	}
	kill(r.pid, SIGKILL);
	struct said said = end(&r);

	assert_int_equal(said.status, -SIGKILL);
	assert_string_equal(said.output, "");
	assert_string_equal(said.error, "");
	assert_end(pidfd, 4);
	forget(&said);
}

static void no_process_outlives_the_run(void **state)
{
	(void)state;
	kill_as(NULL);
	kill_as(become_nobody); /* in a user namespace */
}

/* The runs behind it are in the record, and it is whole. */
static void a_killed_worker_of_a_record(void **state)
{
	const struct call call = {.arguments = {"record", "--jobs=2", "--family=tcp4", FOR_AN_HOUR,
					  "/dev/stdin", "connect-refused"},
		.input = blocking};
	pid_t worker[2], listener[2];

	(void)state;
	struct running r = begin_workers(&call, 1, worker, listener);

	kill(worker[0], SIGKILL);
	struct said said = end(&r);
	struct run_record *observation = record_read(said.output, strlen(said.output));

	assert_true(observation->complete);
	assert_int_equal(observation->run_count, 2);
	assert_int_equal(observation->run[0].verdict, VERDICT_ERROR);
	assert_non_null(strstr(observation->run[0].trace, "# error: " KILLED));
	assert_int_equal(observation->run[1].verdict, VERDICT_EXPECTED);
	assert_int_equal(said.status, 0); /* the record says it */
	record_free(observation);
	forget(&said);
}

/* Nothing more is explored. Which batch it was is a matter of the moment. */
static void a_killed_worker_of_explore(void **state)
{
	const struct call call = {.arguments = {"explore", "--jobs=2", "--count=1000000"}};
	pid_t worker[2], listener[2];
	long from, to;

	(void)state;
	struct running r = begin_workers(&call, 2, worker, listener);

	kill(worker[1], SIGKILL);
	struct said said = end(&r);

	assert_int_equal(
		sscanf(said.error, "closewait: experiments %9ld to %9ld: ", &from, &to), 2);
	assert_int_equal(from % 100, 0);
	assert_int_equal(to, from + 99);
	assert_non_null(strstr(said.error, ": " KILLED));
	assert_int_equal(occurrences(said.error, "\n"), 1);
	assert_non_null(strstr(said.output, " 0 disagreements, "));
	assert_int_equal(said.status, 3);
	forget(&said);
}

/* Without that order the set of outcomes is none. */
static void a_killed_worker_of_orders(void **state)
{
	const struct call call = {.arguments = {"orders", "--jobs=2", "--repeat=3000", "-"},
		.input = "use tcp4\nclient connect\nserver accept\n\nclient write 6\n"
			 "client read 6\nserver write 6\nserver close\n"};
	pid_t worker[2], listener[2];
	long order;

	(void)state;
	struct running r = begin_workers(&call, 2, worker, listener);

	kill(worker[1], SIGKILL);
	struct said said = end(&r);

	assert_int_equal(
		sscanf(said.error, "closewait: - tcp4: order %9ld of 6: " KILLED, &order), 1);
	assert_in_range(order, 1, 6);
	assert_int_equal(occurrences(said.error, "\n"), 1);
	assert_string_equal(said.output, "");
	assert_int_equal(said.status, 3);
	forget(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_worker_costs_its_task),
		cmocka_unit_test(killed_workers_are_replaced),
		cmocka_unit_test(without_a_replacement),
		cmocka_unit_test(no_process_outlives_the_run),
		cmocka_unit_test(a_killed_worker_of_a_record),
		cmocka_unit_test(a_killed_worker_of_explore),
		cmocka_unit_test(a_killed_worker_of_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
