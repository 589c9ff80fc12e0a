/*
 * The library's sessions as its header promises them: several in a process, in threads, in a
 * sandbox. Each test that holds sessions has a process of its own: a session that lost its deadline
 * hangs, and one that lost SIGPIPE's disposition dies.
 */
#include "deny.h"
#include "sessions.h"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

enum { ROUNDS = 20 };

static const char blocks[] = "client connect = 0\nserver accept = 0\nclient read 6 = timeout\n";

/* Is its trace of this verdict? Otherwise prints it. */
static bool gives(struct closewait *session, const char *experiment, enum closewait_verdict verdict)
{
	struct closewait_trace *trace = run_it(session, experiment);
	bool well = trace && closewait_trace_verdict(trace) == verdict;

	if (!well)
		fprintf(stderr, "%s: %s\n", experiment, trace ? closewait_trace_text(trace) : why);
	closewait_trace_free(trace);
	return well;
}

static bool is_expected(struct closewait *session, const char *experiment)
{
	return gives(session, experiment, CLOSEWAIT_EXPECTED);
}

static void on_signal(int signal)
{
	(void)signal;
}

static bool is_handled(int signal)
{
	struct sigaction action;

	return !sigaction(signal, NULL, &action) && action.sa_handler == on_signal;
}

/* Whichever of two is closed first, the other one has its deadlines, and writes to nobody. */
static bool close_in_order(int first)
{
	struct closewait *session[] = {open_plain(300), open_plain(300)};

	MUST(session[0] && session[1]);
	for (int i = 0; i < 2; i++)
		MUST(is_expected(session[i], classic));
	MUST(!closewait_close(session[first]));
	MUST(is_expected(session[!first], blocks));
	MUST(is_expected(session[!first], classic));
	MUST(!is_handled(SIGPIPE));
	return !closewait_close(session[!first]);
}

static bool either_order(void)
{
	signal(SIGPIPE, on_signal);
	signal(SIGRTMIN + 5, on_signal);
	for (int first = 0; first < 2; first++) {
		MUST(close_in_order(first));
		MUST(is_handled(SIGPIPE) && is_handled(SIGRTMIN + 5));
	}
	return true;
}

static void two_sessions_in_a_thread(void **state)
{
	(void)state;
	in_child(either_order);
}

static bool wait_undisturbed(void)
{
	struct closewait *session = open_plain(100);

	MUST(session && is_expected(session, "client connect = 0\n"));
	MUST(poll(NULL, 0, 200) == 0);
	return !closewait_close(session);
}

static void a_run_leaves_no_timer(void **state)
{
	(void)state;
	in_child(wait_undisturbed);
}

static pthread_barrier_t barrier;

/* What a thread does beside another one; together they meet at the barrier equally often. */
struct beside {
	bool (*body)(void);
	pthread_t thread;
	bool well;
};

static void *run_beside(void *argument)
{
	struct beside *beside = argument;

	beside->well = beside->body();
	return NULL;
}

static bool together(bool (*one)(void), bool (*other)(void))
{
	struct beside beside[] = {{.body = one}, {.body = other}};

	pthread_barrier_init(&barrier, NULL, 2);
	for (int i = 0; i < 2; i++)
		MUST(!pthread_create(&beside[i].thread, NULL, run_beside, &beside[i]));
	for (int i = 0; i < 2; i++)
		pthread_join(beside[i].thread, NULL);
	return beside[0].well && beside[1].well;
}

static bool closes_first(void)
{
	struct closewait *session = open_plain(300);

	MUST(session);
	pthread_barrier_wait(&barrier);
	MUST(is_expected(session, classic));
	MUST(!closewait_close(session));
	pthread_barrier_wait(&barrier);
	return true;
}

static bool closes_last(void)
{
	struct closewait *session = open_plain(300);

	MUST(session);
	pthread_barrier_wait(&barrier);
	MUST(is_expected(session, classic));
	pthread_barrier_wait(&barrier);
	MUST(is_expected(session, blocks));
	MUST(is_expected(session, classic));
	return !closewait_close(session);
}

/* As long as it blocks, SIGPIPE kills: whoever wrote to nobody meanwhile. */
static bool has_sigpipe_kill(void)
{
	static const char text[] = "client sigpipe default\nclient connect = 0\nserver accept = 0\n"
				   "client read 6 = timeout\n";
	struct closewait *session = open_plain(300);

	MUST(session && is_expected(session, text));
	return !closewait_close(session);
}

/* What opens and closes sessions changes nothing for another one. */
static bool comes_and_goes(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct closewait *session = open_plain(0);

		MUST(session && is_expected(session, "sigpipe-default"));
		MUST(is_expected(session, "blocked-read-reset"));
		MUST(!closewait_close(session));
	}
	return true;
}

static bool writes_to_nobody(void)
{
	struct closewait *session = open_plain(0);

	MUST(session);
	for (int i = 0; i < 4 * ROUNDS; i++)
		MUST(is_expected(session, classic));
	return !closewait_close(session);
}

static bool one_after_the_other(void)
{
	return together(closes_first, closes_last);
}

static bool beside_sigpipe(void)
{
	return together(has_sigpipe_kill, writes_to_nobody);
}

static bool beside_openings(void)
{
	return together(comes_and_goes, writes_to_nobody);
}

static void two_sessions_in_two_threads(void **state)
{
	(void)state;
	in_child(one_after_the_other);
	in_child(beside_sigpipe);
	in_child(beside_openings);
}

static bool is_busy(int flags, const char *reason)
{
	struct closewait *session = closewait_open(0, flags, why, sizeof why);

	MUST(!session && errno == EBUSY);
	MUST(strstr(why, reason));
	return true;
}

static bool another_beside_a_sandbox(void)
{
	struct closewait *session;

	if (!find_sandbox(&session))
		return !closewait_close(session);
	MUST(!why[0]);
	MUST(is_busy(0, "another session of this thread is in a sandbox"));
	MUST(is_busy(CLOSEWAIT_SANDBOX, "another session of this thread is in a sandbox"));
	MUST(is_expected(session, classic));
	return !closewait_close(session);
}

static bool a_sandbox_beside_another(void)
{
	struct closewait *session = open_plain(0);

	MUST(session && !closewait_sandboxed(session, why, sizeof why));
	MUST(strstr(why, "not asked for"));
	MUST(is_busy(CLOSEWAIT_SANDBOX, "this thread has another session"));
	MUST(is_expected(session, classic));
	return !closewait_close(session);
}

/* One after the other is no matter; the thread stays where the last one moved it. */
static bool sandboxes_in_turn(void)
{
	struct closewait *session;

	for (int i = 0; i < 2; i++) {
		if (!find_sandbox(&session))
			return !closewait_close(session);
		MUST(is_expected(session, classic));
		MUST(!closewait_close(session));
	}
	session = open_plain(0);
	struct closewait_trace *trace = run_it(session, classic);

	MUST(strstr(
		closewait_trace_text(trace), "\n# in the sandbox of a session that was closed"));
	closewait_trace_free(trace);
	return !closewait_close(session);
}

static void a_sandbox_is_alone_in_its_thread(void **state)
{
	(void)state;
	in_child(another_beside_a_sandbox);
	in_child(a_sandbox_beside_another);
	in_child(sandboxes_in_turn);
}

/* Counters, states and packets are those of the thread's namespace, not of the process's first one.
 */
static bool in_a_sandbox(void)
{
	struct closewait *session = open_sandboxed();

	MUST(session);
	bool sandboxed = closewait_sandboxed(session, why, sizeof why);

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS && sandboxed; i++)
		MUST(is_expected(session, classic));
	return !closewait_close(session);
}

static bool outside_of_it(void)
{
	pthread_barrier_wait(&barrier);
	return writes_to_nobody();
}

static bool a_sandbox_beside_the_host(void)
{
	return together(in_a_sandbox, outside_of_it);
}

static bool two_sandboxes(void)
{
	return together(in_a_sandbox, in_a_sandbox);
}

static void sandboxes_in_threads(void **state)
{
	(void)state;
	in_child(a_sandbox_beside_the_host);
	in_child(two_sandboxes);
}

static struct closewait *somebody_elses;

static bool cannot_use_it(void)
{
	MUST(!run_it(somebody_elses, classic) && errno == EPERM);
	MUST(strstr(why, "belongs to the thread that opened it"));
	MUST(closewait_close(somebody_elses) == -1 && errno == EPERM);
	return true;
}

static bool has_its_own(void)
{
	MUST(cannot_use_it());
	struct closewait *session = closewait_open(300, CLOSEWAIT_SANDBOX, why, sizeof why);

	MUST(session && is_expected(session, blocks));
	return !closewait_close(session);
}

static bool only_the_owner(void)
{
	struct beside beside = {.body = cannot_use_it};
	int status;

	somebody_elses = open_plain(300);
	MUST(somebody_elses && is_expected(somebody_elses, classic));
	pid_t pid = start_child(has_its_own);

	MUST(waitpid(pid, &status, 0) == pid && !status);
	MUST(!pthread_create(&beside.thread, NULL, run_beside, &beside));
	pthread_join(beside.thread, NULL);
	MUST(beside.well);
	MUST(is_expected(somebody_elses, classic));
	return !closewait_close(somebody_elses);
}

static void a_session_is_its_threads(void **state)
{
	(void)state;
	in_child(only_the_owner);
}

static bool tells_of_it(struct closewait *session)
{
	MUST(!closewait_sandboxed(session, why, sizeof why));
	MUST(strstr(why, "no private network namespace: unshare: Operation not permitted\n"));
	struct closewait_trace *trace = run_it(session, classic);

	MUST(closewait_trace_verdict(trace) == CLOSEWAIT_SKIPPED);
	MUST(strstr(closewait_trace_reason(trace), "unshare: Operation not permitted"));
	closewait_trace_free(trace);
	return true;
}

/* A refused sandbox is no silent pass: where one was asked for, what could not be seen is skipped.
 */
static bool denied_namespaces(void)
{
	static const struct {
		const char *experiment;
		enum closewait_verdict verdict;
	} cases[] = {{"client connect = 0\ncount TcpOutRsts = 0\n", CLOSEWAIT_SKIPPED},
		{"client connect = 0\ncount TcpOutRsts\n", CLOSEWAIT_EXPECTED},
		{"client connect = 0\ncount TcpOutRsts = 0 @ tcp6\n", CLOSEWAIT_EXPECTED},
		{"client write 6 = 6\ncount TcpOutRsts = 0\n", CLOSEWAIT_DEVIATES},
		{"client connect = 0\n  wire > S @ tcp4\n", CLOSEWAIT_SKIPPED},
		{"client connect = 0\n  wire > S @ tcp6\n", CLOSEWAIT_EXPECTED}};

	MUST(deny(SYS_unshare, ANY, EPERM));
	struct closewait *session = open_sandboxed(), *plain = open_plain(0);

	MUST(session && plain && tells_of_it(session));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		MUST(gives(session, cases[i].experiment, cases[i].verdict));
	MUST(is_expected(plain, classic)); /* none was asked for */
	return !closewait_close(plain) && !closewait_close(session);
}

static bool denied_capture(void)
{
	MUST(deny(SYS_socket, AF_PACKET, EPERM));
	struct closewait *session;

	if (!find_sandbox(&session))
		return !closewait_close(session);
	MUST(strstr(why, "no packets: "));
	MUST(gives(session, classic, CLOSEWAIT_SKIPPED));
	MUST(is_expected(session, "client connect = 0\ncount TcpOutRsts = 0\n"));
	return !closewait_close(session);
}

static void a_refused_sandbox_is_told(void **state)
{
	(void)state;
	in_child(denied_namespaces);
	in_child(denied_capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_sessions_in_a_thread),
		cmocka_unit_test(a_run_leaves_no_timer),
		cmocka_unit_test(two_sessions_in_two_threads),
		cmocka_unit_test(a_sandbox_is_alone_in_its_thread),
		cmocka_unit_test(sandboxes_in_threads),
		cmocka_unit_test(a_session_is_its_threads),
		cmocka_unit_test(a_refused_sandbox_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
