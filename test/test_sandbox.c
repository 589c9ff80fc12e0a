/*
 * The sandbox: a namespace of the run's own, whose sysctls, link and counters the steps of an
 * experiment change and read, and which is as it was when the next experiment begins.
 */
#include "observe/sysinfo.h"
#include "session.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static ino_t namespace_inode(void)
{
	struct stat stat_of;

	assert_int_equal(stat("/proc/self/ns/net", &stat_of), 0);
	return stat_of.st_ino;
}

static int setup(void **state)
{
	(void)state;
	open_session_with((struct session_options){.deadline = 400, .sandbox = true});
	if (session.sandbox.entered)
		return 0;
	print_error("no sandbox here: %s", session.notes);
	close_session(state);
	return -1;
}

/* What is not at its default stands in front of a trace. */
static void the_context_names_sysctls(void **state)
{
	int fd = open("/proc/sys/net/ipv4/tcp_fin_timeout", O_WRONLY | O_CLOEXEC);
	struct version kernel;
	char *text;

	(void)state;
	assert_int_equal(write(fd, "7", 1), 1);
	close(fd);
	text = sysinfo_read(&kernel);
	assert_non_null(text);
	assert_non_null(strstr(text, "\n# sysctl, not at the default: "));
	assert_non_null(strstr(text, " net.ipv4.tcp_fin_timeout=7"));
	assert_null(strstr(text, "tcp_syn_retries"));
	free(text);
}

#define CONNECTED "client connect = 0\nserver accept = 0\n"

static void it_is_another_namespace(void **state)
{
	ino_t host = namespace_inode();

	(void)state;
	assert_int_equal(setup(NULL), 0);
	assert_int_not_equal(namespace_inode(), host);
	run_once("write-after-close", FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("write-after-close", FAMILY_TCP6, VERDICT_EXPECTED);
	close_session(NULL);
}

static void read_sysctl(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, value, size - 1);

	assert_true(n > 0);
	value[n] = '\0';
	close(fd);
}

static void sysctls_are_set_and_put_back(void **state)
{
	static const char path[] = "/proc/sys/net/ipv4/tcp_fin_timeout";
	char before[32], after[32];

	(void)state;
	read_sysctl(path, before, sizeof before);
	run_once("sysctl net.ipv4.tcp_fin_timeout 7 = 0\nsysctl net.ipv4.tcp_fin_timeout 8 = "
		 "0\n" CONNECTED "client write 6 = 6\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
	read_sysctl(path, after, sizeof after);
	assert_string_equal(after, before);
}

/* tcp_rmem's, which the kernel writes with tabs between them. */
static void sysctls_of_several_values(void **state)
{
	static const char path[] = "/proc/sys/net/ipv4/tcp_rmem";
	char before[64], after[64];

	(void)state;
	read_sysctl(path, before, sizeof before);
	run_once("sysctl net.ipv4.tcp_rmem 4096 16384 70000 = 0\n", FAMILY_TCP4, VERDICT_EXPECTED);
	read_sysctl(path, after, sizeof after);
	assert_string_equal(after, before);
	run_once("sysctl net.ipv4.tcp_rmem 4096 16384 70000x = -1 EINVAL\n", FAMILY_TCP4,
		VERDICT_EXPECTED);
}

/* SACK and timestamps are in the SYN's options, so that packets would show it; a bad value shows in
 * the result. */
static void sysctls_act(void **state)
{
	(void)state;
	run_once(
		"sysctl net.ipv4.tcp_syn_retries 300 = -1 EINVAL\n", FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("sysctl net.ipv4.tcp_syn_retries 300 = 0\n", FAMILY_TCP4, VERDICT_DEVIATES);
	/* One that this kernel does not have is no deviation. */
	run_once("sysctl net.ipv4.no_such_thing 1 = 0\n", FAMILY_TCP4, VERDICT_SKIPPED);
	run_once("sysctl net.ipv4.ip_local_port_range 5000-5001 = 0\n", FAMILY_TCP4,
		VERDICT_DEVIATES);
}

/* Nobody says goodbye: the client goes on in ESTABLISHED, and the next experiment finds the link
 * up. */
static void the_link_goes_down_and_comes_back(void **state)
{
	(void)state;
	run_once(CONNECTED
		"link down = 0\nclient write 6 = 6\nserver await POLLIN = timeout in ESTABLISHED\n"
		"client state = ESTABLISHED\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("write-after-close-unsettled", FAMILY_TCP4, VERDICT_EXPECTED);
	run_once(CONNECTED "link down = 0\nclient write 6 = 6\nlink up = 0\nserver read 6 = 6\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
}

static void counters_are_asserted(void **state)
{
	(void)state;
	run_once(CONNECTED "count TcpActiveOpens = 1\ncount TcpOutRsts = 0\nserver close = 0\n"
			   "client await CLOSE_WAIT\nclient write 6 = 6\nclient await CLOSE\n"
			   "count TcpEstabResets = 1\n",
		FAMILY_TCP4, VERDICT_EXPECTED);
	run_once("count TcpActiveOpens = 1\n", FAMILY_TCP4, VERDICT_DEVIATES);
	/* Both names of the same counter. */
	run_once(CONNECTED
		"client write 1 = 1\nserver await POLLIN\nserver close = 0\nclient await CLOSE\n"
		"count TCPAbortOnClose = 1\ncount TcpExtTCPAbortOnClose = 1\n",
		FAMILY_TCP6, VERDICT_EXPECTED);
}

static void an_absent_counter_is_skipped(void **state)
{
	struct trace *trace = new_trace("count NoSuchCounter = 5\n", FAMILY_TCP4);

	(void)state;
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_SKIPPED);
	assert_string_equal(trace->reason, "line 1: this kernel has no counter NoSuchCounter");
	drop_trace(trace);
	trace = new_trace("count TcpOutRstz = 0\n", FAMILY_TCP4);
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_SKIPPED);
	assert_string_equal(trace->reason,
		"line 1: this kernel has no counter TcpOutRstz; did you mean 'TcpOutRsts'?");
	drop_trace(trace);
	trace = new_trace("count TCPAbortOnDat\n", FAMILY_TCP4);
	session_run(&session, trace);
	assert_string_equal(trace->reason, "line 1: this kernel has no counter TCPAbortOnDat; did "
					   "you mean 'TCPAbortOnData'?");
	drop_trace(trace);
}

static void states_of_both_ends(void **state)
{
	struct trace *trace = new_trace("write-after-close", FAMILY_TCP6);

	(void)state;
	session.options.states = true;
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_EXPECTED);
	/* after "server await FIN_WAIT2", and after the reset took the time-wait entry away */
	assert_int_equal(trace->observation[4].state[CLIENT], TCP_CLOSE_WAIT);
	assert_int_equal(trace->observation[4].state[SERVER], TCP_FIN_WAIT2);
	assert_int_equal(trace->observation[6].state[CLIENT], TCP_CLOSE);
	assert_int_equal(trace->observation[7].state[SERVER], TCP_CLOSE);
	drop_trace(trace);
}

/* Before any test enters one: a process that did stays in it. */
static void without_it_such_steps_are_skipped(void **state)
{
	struct trace *trace = new_trace("link down = 0\n", FAMILY_TCP4);

	(void)state;
	open_session(400);
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_SKIPPED);
	assert_string_equal(trace->reason, "its sysctl and link steps work in a sandbox only");
	drop_trace(trace);
	/* one that the model does not predict: then nothing contradicts the expectation */
	trace = new_trace("count TcpInErrs = 5\nclient state = CLOSE\n", FAMILY_TCP4);
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_EXPECTED);
	assert_string_equal(trace->observation[0].note, "not asserted: not in a sandbox");
	assert_int_equal(trace->unasserted, 1);
	drop_trace(trace);
	close_session(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_it_such_steps_are_skipped),
		cmocka_unit_test(it_is_another_namespace),
		cmocka_unit_test_setup_teardown(sysctls_are_set_and_put_back, setup, close_session),
		cmocka_unit_test_setup_teardown(the_context_names_sysctls, setup, close_session),
		cmocka_unit_test_setup_teardown(sysctls_act, setup, close_session),
		cmocka_unit_test_setup_teardown(sysctls_of_several_values, setup, close_session),
		cmocka_unit_test_setup_teardown(
			the_link_goes_down_and_comes_back, setup, close_session),
		cmocka_unit_test_setup_teardown(counters_are_asserted, setup, close_session),
		cmocka_unit_test_setup_teardown(an_absent_counter_is_skipped, setup, close_session),
		cmocka_unit_test_setup_teardown(states_of_both_ends, setup, close_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
