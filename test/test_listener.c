/*
 * The listener's process: it serves one client and refuses strangers, its death at any step is
 * noticed, it is replaced, and it ends with its parent, whatever happens.
 */
#include "session.h"

#include "endpoint/calls.h"
#include "util/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int setup(void **state)
{
	(void)state;
	open_session(DEADLINE_DEFAULT);
	return 0;
}

static int connect_to(const struct address *address)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
		connect(fd, (const struct sockaddr *)&address->storage, address->length), 0);
	return fd;
}

/* What a stranger who connected sees in the end: a reset, if the connection was refused. */
static void assert_refused(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, ECONNRESET);
	close(fd);
}

static void a_stranger_is_refused(void **state)
{
	int stranger[3];

	(void)state;
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	for (int i = 0; i < 3; i++)
		stranger[i] = connect_to(&session.listener.address);
	/* They stand before the client in the accept queue. */
	run_once("client connect = 0\nserver accept = 0\nserver write 5 = 5\nclient read 9 = 5\n"
		 "server close = 0\nclient await CLOSE_WAIT\nclient read 9 = 0\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
	for (int i = 0; i < 3; i++)
		assert_refused(stranger[i]);
}

static void only_a_stranger_comes(void **state)
{
	int stranger;

	(void)state;
	session.options.deadline = 60;
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	stranger = connect_to(&session.listener.address);
	run_once("server accept = timeout in LISTEN\n", FAMILY_TCP4, VERDICT_EXPECTED);
	assert_refused(stranger);
}

/* The client's SYN is dropped: tcp_conn_request(), sk_acceptq_is_full(). */
static void strangers_fill_the_queue(void **state)
{
	int stranger[BACKLOG_USUAL + 1];
	struct trace *trace = new_trace("client connect = 0\nserver accept = 0\n", FAMILY_TCP4);

	(void)state;
	session.options.deadline = 60;
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	for (int i = 0; i < BACKLOG_USUAL + 1; i++)
		stranger[i] = connect_to(&session.listener.address);
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_ERROR);
	assert_string_equal(trace->reason, "others connected to the listener: 17 connections");
	for (int i = 0; i < BACKLOG_USUAL + 1; i++)
		assert_refused(stranger[i]);
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	drop_trace(trace);
}

/* It is what poll sees; the deviation is nobody's who looks at the kernel. */
static void a_stranger_is_seen(void **state)
{
	struct trace *trace = new_trace("server poll = 0\n", FAMILY_TCP4);

	(void)state;
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	int stranger = connect_to(&session.listener.address);

	session_run(&session, trace);
	assert_verdict(trace, VERDICT_ERROR);
	assert_string_equal(trace->reason, "others connected to the listener: 1 connection");
	assert_refused(stranger);
	drop_trace(trace);
}

static void it_is_reused_and_replaced(void **state)
{
	pid_t first;

	(void)state;
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	first = session.listener.pid;
	run_once("write-after-reset", FAMILY_TCP6, VERDICT_EXPECTED);
	assert_int_equal(session.listener.pid, first);
	kill(first, SIGKILL);
	waitid(P_PID, (id_t)first, &(siginfo_t){0}, WEXITED | WNOWAIT);
	run_once("write-after-reset", FAMILY_TCP6, VERDICT_EXPECTED);
	assert_int_not_equal(session.listener.pid, first);
	assert_int_equal(kill(first, 0), -1);
}

/* Kills the listener before step k, for every k. */
static void its_death_before_each_step_is_noticed(void **state)
{
	static const char text[] = "server accept\nserver write 1\nserver shutdown SHUT_WR\n"
				   "server poll\nserver close\n";
	struct trace *trace = new_trace(text, FAMILY_TCP4);
	const struct script_step *entry = trace->experiment->script;

	(void)state;
	for (int k = 0; k < trace->experiment->step_count; k++) {
		struct listener listener = {0};
		struct endpoint client = endpoint_new(CLIENT);
		struct outcome outcome;
		struct result result;
		int64_t deadline = clock_read(CLOCK_MONOTONIC) + 5000000000;

		assert_int_equal(listener_start(&listener, 5000), 0);
		assert_int_equal(listener_open(&listener, FAMILY_TCP4, PLACE_LOOPBACK), 0);
		endpoint_open(&client, FAMILY_TCP4, PLACE_LOOPBACK);
		client.remote = listener.address;
		endpoint_connect(&client, &entry[0].step, &result);
		for (int i = 0; i <= k; i++) {
			const struct step *step = &entry[i].step;

			if (i == k)
				kill(listener.pid, SIGKILL);
			assert_int_equal(listener_run(&listener, &step, 1, deadline, &client.local,
						 &outcome),
				i == k ? -EPIPE : 1);
		}
		listener_stop(&listener);
		endpoint_close_all(&client);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	}
	drop_trace(trace);
}

/* Waits until the kernel shows process pid in this system call; false when the process is gone. */
static bool wait_for_call(pid_t pid, long call)
{
	char path[64], line[256];
	long number = -1;

	snprintf(path, sizeof path, "/proc/%d/syscall", pid);
	while (number != call) {
		FILE *file = fopen(path, "re");

		if (!file)
			return false;
		if (!fgets(line, sizeof line, file) || sscanf(line, "%9ld", &number) != 1)
			number = -1;
		fclose(file);
	}
	return true;
}

static void *kill_in_read(void *pid)
{
	bool seen = wait_for_call(*(pid_t *)pid, SYS_read);

	kill(*(pid_t *)pid, SIGKILL);
	return seen ? pid : NULL;
}

static void its_death_during_a_step_is_noticed(void **state)
{
	struct trace *trace = new_trace(
		"client connect = 0\nserver accept = 0\nserver read 6 = 6\n", FAMILY_TCP4);
	pthread_t killer;
	void *killed;

	(void)state;
	if (access("/proc/self/syscall", R_OK))
		skip(); /* the kernel was built without it: nothing shows when the step blocks */
	run_once("write-after-reset", FAMILY_TCP4, VERDICT_EXPECTED);
	pthread_create(&killer, NULL, kill_in_read, &session.listener.pid);
	session_run(&session, trace);
	pthread_join(killer, &killed);
	assert_non_null(killed);
	assert_verdict(trace, VERDICT_ERROR);
	assert_string_equal(trace->reason, "the listener died during lines 2 to 3");
	assert_int_equal(session.listener.pid, 0);
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	drop_trace(trace);
}

static void a_listener_that_hangs_is_given_up(void **state)
{
	struct listener listener = {0};

	(void)state;
	assert_int_equal(listener_start(&listener, 50), 0);
	kill(listener.pid, SIGSTOP);
	assert_int_equal(listener_open(&listener, FAMILY_TCP4, PLACE_LOOPBACK), -ETIMEDOUT);
	listener_stop(&listener);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void it_ends_when_its_socket_is_closed(void **state)
{
	struct listener listener = {0};
	int status;

	(void)state;
	assert_int_equal(listener_start(&listener, 5000), 0);
	assert_int_equal(listener_open(&listener, FAMILY_TCP4, PLACE_LOOPBACK), 0);
	close(listener.control);
	assert_int_equal(waitpid(listener.pid, &status, 0), listener.pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* A parent with a session, killed in the middle: tells its listener's pid first. */
static void parent_to_be_killed(int tell)
{
	struct trace *trace;

	open_session(DEADLINE_DEFAULT);
	trace = new_trace("write-after-reset", FAMILY_TCP4);
	session_run(&session, trace);
	if (write(tell, &session.listener.pid, sizeof(pid_t)) != sizeof(pid_t))
		_exit(1);
	pause();
	_exit(1);
}

static void it_is_killed_with_its_parent(void **state)
{
	int tell[2], status;
	pid_t parent, listener;

	(void)state;
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* so that the orphan becomes ours to wait for */
	assert_int_equal(pipe(tell), 0);
	parent = fork();
	if (!parent)
		parent_to_be_killed(tell[1]);
	assert_int_equal(read(tell[0], &listener, sizeof listener), sizeof listener);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(waitpid(listener, &status, 0), listener);
	close(tell[0]);
	close(tell[1]);
}

/* A parent whose listener is in a step that does not end by itself. */
static void parent_with_a_blocked_listener(int tell)
{
	struct trace *trace;

	open_session(DEADLINE_LIMIT);
	trace = new_trace("write-after-reset", FAMILY_TCP4);
	session_run(&session, trace);
	if (write(tell, &session.listener.pid, sizeof(pid_t)) != sizeof(pid_t))
		_exit(1);
	session_run(&session, new_trace("server accept\n", FAMILY_TCP4));
	_exit(1);
}

/* Its control socket's end of file comes too late for it: the kernel has to kill it. */
static void it_is_killed_in_a_step_with_its_parent(void **state)
{
	int tell[2], status;
	pid_t parent, listener;

	(void)state;
	if (access("/proc/self/syscall", R_OK))
		skip(); /* the kernel was built without it: nothing shows when the step blocks */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	assert_int_equal(pipe(tell), 0);
	parent = fork();
	if (!parent)
		parent_with_a_blocked_listener(tell[1]);
	assert_int_equal(read(tell[0], &listener, sizeof listener), sizeof listener);
	assert_true(wait_for_call(listener, SYS_accept4));
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(waitpid(listener, &status, 0), listener);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(tell[0]);
	close(tell[1]);
}

static void it_inherits_no_descriptor(void **state)
{
	int extra = dup(STDERR_FILENO);

	(void)state;
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	/* stdin, stdout, stderr, the control socket, the listening socket */
	assert_int_equal(count_descriptors(session.listener.pid), 5);
	close(extra);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stranger_is_refused, setup, close_session),
		cmocka_unit_test_setup_teardown(only_a_stranger_comes, setup, close_session),
		cmocka_unit_test_setup_teardown(strangers_fill_the_queue, setup, close_session),
		cmocka_unit_test_setup_teardown(a_stranger_is_seen, setup, close_session),
		cmocka_unit_test_setup_teardown(it_is_reused_and_replaced, setup, close_session),
		cmocka_unit_test(its_death_before_each_step_is_noticed),
		cmocka_unit_test_setup_teardown(
			its_death_during_a_step_is_noticed, setup, close_session),
		cmocka_unit_test(a_listener_that_hangs_is_given_up),
		cmocka_unit_test(it_ends_when_its_socket_is_closed),
		cmocka_unit_test(it_is_killed_with_its_parent),
		cmocka_unit_test(it_is_killed_in_a_step_with_its_parent),
		cmocka_unit_test_setup_teardown(it_inherits_no_descriptor, setup, close_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
