/*
 * The network between the ends: what it does to the segments that a step names, and to no others;
 * that nothing is left of it; and where there is none.
 */
#include "observe/network.h"
#include "session.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>

#define CONNECTED "client connect = 0\nserver accept = 0\n"

/* Asks for a network that does nothing. */
#define NETWORK "delay 0ms = 0\n"

static const enum family families[] = {FAMILY_TCP4, FAMILY_TCP6, FAMILY_TCP4_MAPPED};

static int setup(void **state)
{
	(void)state;
	open_session_with(
		(struct session_options){.deadline = 2000, .sandbox = true, .wire = WIRE_BRIEF});
	if (session.sandbox.entered && session.capture)
		return 0;
	print_error("no sandbox here: %s", session.notes);
	close_session(state);
	return -1;
}

static void run_on_each(const char *text, enum verdict verdict)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		run_once(text, families[i], verdict);
}

/* Both ends are as they would be over loopback when the next step begins: here without an await. */
static void it_settles_between_steps(void **state)
{
	(void)state;
	run_on_each(NETWORK CONNECTED "client write 6 = 6\n"
				      "server inq = 6\n"
				      "server write 16000 = 16000\n"
				      "client inq = 16000\n"
				      "client shutdown SHUT_WR = 0\n"
				      "server state = CLOSE_WAIT\n"
				      "server setsockopt SO_LINGER 1,0 = 0\n"
				      "server close = 0\n"
				      "client state = CLOSE\n",
		VERDICT_EXPECTED);
	/* and the next experiment is on loopback again */
	run_on_each("write-after-close", VERDICT_EXPECTED);
	assert_false(session.sandbox.through_network);
}

/* How many packets of the trace the network did this to. */
static int count_fate(const struct trace *trace, enum packet_fate fate, uint8_t flags)
{
	int count = 0;

	for (int i = 0; i < trace->capture_count; i++)
		count += trace->capture[i].fate == fate && trace->capture[i].packet.flags == flags;
	return count;
}

/* The next one with these flags in this direction, and that one alone: it is sent again. */
static void one_segment_is_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		struct trace *trace = new_trace(CONNECTED "server write 6 = 6\n"
							  "drop > P. = 0\n"
							  "client write 6 = 6\n"
							  "server inq = 0\n"
							  "server await inq=6\n"
							  "client await outq=0\n"
							  "count TcpRetransSegs = 1\n",
			families[i]);

		session_run(&session, trace);
		assert_verdict(trace, VERDICT_EXPECTED);
		assert_int_equal(count_fate(trace, PACKET_LOST, TH_PUSH | TH_ACK), 1);
		assert_int_equal(count_fate(trace, PACKET_PASSED, TH_PUSH | TH_ACK), 2);
		assert_int_equal(trace->unasserted, 0);
		drop_trace(trace);
	}
}

static void a_drop_that_meets_nothing_is_told(void **state)
{
	struct trace *trace = new_trace(CONNECTED "drop > R = 0\n"
						  "drop < F. = 0\n"
						  "reorder > F. = 0\n"
						  "server close = 0\n",
		FAMILY_TCP4);

	(void)state;
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_EXPECTED);
	assert_string_equal(trace->observation[2].note, "no such segment came by");
	assert_null(trace->observation[3].note);
	assert_string_equal(trace->observation[4].note, "no such segment came by");
	assert_int_equal(trace->unasserted, 2);
	drop_trace(trace);
}

static void one_segment_is_held_back(void **state)
{
	(void)state;
	run_on_each(CONNECTED "client setsockopt TCP_NODELAY 1 = 0\n"
			      "reorder > P. = 0\n"
			      "client write 3 = 3\n"
			      "server inq = 0\n"
			      "client write 5 = 5\n"
			      "server inq = 8\n"
			      "count TCPOFOQueue = 1\n",
		VERDICT_EXPECTED);
}

/* The kernel takes them: addresses, ports, numbers and checksums are right. */
static void segments_are_injected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		struct trace *trace = new_trace(CONNECTED "client write 6 = 6\n"
							  "inject > R out-of-window = 0\n"
							  "inject > R in-window = 0\n"
							  "server state = ESTABLISHED\n"
							  "count TCPChallengeACK = 1\n"
							  "inject > R = 0\n"
							  "server state = CLOSE\n"
							  "client state = ESTABLISHED\n"
							  "inject < F. = 0\n"
							  "client state = CLOSE_WAIT\n",
			families[i]);

		session_run(&session, trace);
		assert_verdict(trace, VERDICT_EXPECTED);
		assert_int_equal(count_fate(trace, PACKET_INJECTED, TH_RST), 3);
		assert_int_equal(count_fate(trace, PACKET_INJECTED, TH_FIN | TH_ACK), 1);
		drop_trace(trace);
	}
}

/* What the network still had of an experiment is answered in no other, on loopback neither. */
static void what_was_on_its_way_is_gone(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		run_once("delay 50ms = 0\n" CONNECTED "server close = 0\n"
			 "client write 100 = 100\nclient read 16 = 0\nclient await CLOSE\n",
			FAMILY_TCP6, VERDICT_EXPECTED);
		run_once(CONNECTED "server close = 0\nclient await CLOSE_WAIT\n"
				   "server await FIN_WAIT2\nclient write 6 = 6\n"
				   "client await CLOSE\ncount TcpOutRsts = 1\n",
			FAMILY_TCP6, VERDICT_EXPECTED);
	}
}

static void what_cannot_be_is_an_error(void **state)
{
	char text[1024];
	int at = snprintf(text, sizeof text, "%s", CONNECTED);

	(void)state;
	run_once("inject < R = -1 ENOTCONN\n", FAMILY_TCP4, VERDICT_EXPECTED);
	for (int i = 0; i < 16; i++)
		at += snprintf(text + at, sizeof text - (size_t)at, "drop > U = 0\n");
	snprintf(text + at, sizeof text - (size_t)at, "drop > U = -1 ENOSPC\n");
	run_once(text, FAMILY_TCP4, VERDICT_EXPECTED);
}

/* The step after the one that sends is run while the segment is on its way. */
static void segments_are_delayed(void **state)
{
	(void)state;
	run_on_each(CONNECTED "delay 300ms = 0\n"
			      "client write 6 = 6\n"
			      "server inq = 0\n"
			      "server await inq=6\n"
			      "delay 0ms = 0\n"
			      "client write 6 = 6\n"
			      "server inq = 12\n",
		VERDICT_EXPECTED);
}

/* In the middle: neither end is told, whatever the family. */
static void its_link_goes_down(void **state)
{
	(void)state;
	run_on_each(NETWORK CONNECTED "client setsockopt TCP_NODELAY 1 = 0\n"
				      "link down = 0\n"
				      "client write 6 = 6\n"
				      "server inq = 0\n"
				      "client getsockopt SO_ERROR = 0\n"
				      "link up = 0\n"
				      "server await inq=6\n",
		VERDICT_EXPECTED);
}

/* What it saw from the SYN on it knows again. */
static void a_middlebox_forgets(void **state)
{
	(void)state;
	run_on_each(CONNECTED "forget reset = 0\n"
			      "client shutdown SHUT_WR = 0\n"
			      "client state = CLOSE\n"
			      "client read 6 = -1 ECONNRESET\n"
			      "server state = ESTABLISHED\n"
			      "client connect AF_UNSPEC = 0\n"
			      "client connect = 0\n"
			      "client write 6 = 6\n"
			      "client outq = 0\n",
		VERDICT_EXPECTED);
	run_on_each(CONNECTED "forget drop = 0\n"
			      "client write 6 = 6\n"
			      "server inq = 0\n"
			      "client state = ESTABLISHED\n",
		VERDICT_EXPECTED);
}

/* A process that died is replaced by the next experiment, and noticed by the one under way. */
static void its_process_can_die(void **state)
{
	struct network *network = &session.sandbox.network;

	(void)state;
	run_once(NETWORK CONNECTED, FAMILY_TCP4, VERDICT_EXPECTED);
	assert_int_equal(kill(network->pid, SIGKILL), 0);
	assert_int_equal(network_settle(network), -EPIPE);
	assert_int_equal(network->pid, 0);
	assert_int_equal(network_begin(network, 1), -EPIPE);
	run_once("network-lost-fin", FAMILY_TCP4, VERDICT_EXPECTED);
	assert_int_equal(kill(network->pid, SIGKILL), 0);
	run_once("network-lost-fin", FAMILY_TCP6, VERDICT_EXPECTED);
}

static void nothing_is_left(void **state)
{
	int before;
	pid_t pid;

	assert_int_equal(setup(state), 0);
	run_once("write-after-close", FAMILY_TCP4, VERDICT_EXPECTED);
	before = count_descriptors(getpid());
	run_once("network-lost-fin", FAMILY_TCP4, VERDICT_EXPECTED);
	pid = session.sandbox.network.pid;
	assert_true(pid > 0);
	assert_int_not_equal(if_nametoindex("network"), 0);
	/* its socket, and the capture */
	assert_in_range(count_descriptors(getpid()), before, before + 3);
	close_session(state);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(if_nametoindex("network"), 0);
}

static void assert_skipped(const char *text, enum family family, const char *reason)
{
	struct trace *trace = new_trace(text, family);

	session_run(&session, trace);
	assert_verdict(trace, VERDICT_SKIPPED);
	assert_string_equal(trace->reason, reason);
	drop_trace(trace);
}

static void a_family_without_a_network_is_skipped(void **state)
{
	(void)state;
	assert_skipped("use unix\n" NETWORK, FAMILY_UNIX,
		"there is no network between the ends of a family without one");
}

/* Before any test enters one: a process that did stays in it. */
static void outside_a_sandbox_there_is_none(void **state)
{
	(void)state;
	open_session(400);
	assert_skipped(
		NETWORK, FAMILY_TCP4, "the network between its ends is there in a sandbox only");
	close_session(NULL);
}

#define WITH_SESSION(test) cmocka_unit_test_setup_teardown(test, setup, close_session)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outside_a_sandbox_there_is_none),
		cmocka_unit_test(nothing_is_left),
		WITH_SESSION(it_settles_between_steps),
		WITH_SESSION(one_segment_is_lost),
		WITH_SESSION(a_drop_that_meets_nothing_is_told),
		WITH_SESSION(one_segment_is_held_back),
		WITH_SESSION(segments_are_injected),
		WITH_SESSION(what_was_on_its_way_is_gone),
		WITH_SESSION(what_cannot_be_is_an_error),
		WITH_SESSION(segments_are_delayed),
		WITH_SESSION(its_link_goes_down),
		WITH_SESSION(a_middlebox_forgets),
		WITH_SESSION(its_process_can_die),
		WITH_SESSION(a_family_without_a_network_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
