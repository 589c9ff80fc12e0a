/*
 * How the endpoint sends and receives: every call that does, what does not fit, and memory that
 * ends.
 */
#include "ends.h"

#include <poll.h>

static void every_way_to_write_arrives(void **state)
{
	static const char *const ways[] = {"client write 6", "client writev 6", "client send 6",
		"client send 6 MSG_NOSIGNAL|MSG_DONTWAIT", "client sendmsg 6",
		"client sendmsg 6 MSG_DONTWAIT", "client sendmsg 6 0 1", "client sendmsg 6 0 1024",
		"client writev 6 1", "client writev 6 4", "client sendfile 6", "client splice 6",
		"client uring_write 6", "client uring_writev 6 3", "client uring_splice 6",
		"client uring_send 6", "client uring_send 6 MSG_DONTWAIT"};

	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		for (size_t i = 0; i < COUNT(ways); i++) {
			if (is_lacking(ways[i]))
				continue;
			gives(ways[i], "6");
			gives("server await inq=6", "");
			gives("server inq", "6");
			gives("server read 99", "6");
		}
		gives("client sendmmsg 3 2", "2");
		gives("server await inq=6", "");
		gives("server recv 99 MSG_PEEK", is_seqpacket() ? "3" : "6");
		gives("server recvmsg 1 MSG_DONTWAIT", "1");
		gives("server readv 2", "2");
		if (!is_seqpacket())
			gives("server readv 9 9", "3");
		gives("server readv 9 1025", "-1 EINVAL");
		gives("server recvmsg 9 MSG_DONTWAIT 1025", "-1 EMSGSIZE");
		gives("server recvmsg 9 MSG_DONTWAIT", "-1 EAGAIN");
		reset_both();
	}
}

/* What a call that received gave, with the bytes. */
static void every_way_to_write_a_text(void **state)
{
	static const char *const ways[] = {"write", "writev", "send", "sendmsg", "sendfile",
		"splice", "uring_write", "uring_send"};
	char step[64];

	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		for (size_t i = 0; i < COUNT(ways); i++) {
			snprintf(step, sizeof step, "client %s \"a b\\n\"", ways[i]);
			if (is_lacking(step))
				continue;
			gives(step, "4");
			gives("server await inq=4", "");
			gives("server recv 9 MSG_PEEK", "4 \"a b\\n\"");
			gives("server recvmsg 9 MSG_PEEK", "4 \"a b\\n\"");
			gives("server readv 9", "4 \"a b\\n\"");
		}
		gives("client sendmmsg \"ab\" 2", "2");
		gives("server await inq=4", "");
		gives("server read 2", "2 \"ab\"");
		gives("server read 2 &", "");
		gives("server join", "2 \"ab\"");
		gives("client write 2", "2");
		gives("server read 2", "2 \"\\0\\0\"");
		reset_both();
	}
}

/* What MSG_TRUNC counts TCP does not copy. */
static void thrown_away_are_no_bytes(void **state)
{
	(void)state;
	assert_true(connect_both(FAMILY_TCP4));
	gives("client write \"abc\"", "3");
	gives("server await inq=3", "");
	gives("server recv 9 MSG_PEEK|MSG_TRUNC mapped=0", "3 \"\"");
	gives("server recv 9 MSG_TRUNC", "3 \"\"");
	gives("server recv 70000 MSG_DONTWAIT", "-1 EAGAIN");
	reset_both();
}

static void until_a_text(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		if (is_seqpacket()) { /* each write is a message, and the rest of one is dropped */
			gives("client write \"ab\\r\\ncd\"", "6");
			gives("client write \"ef\"", "2");
			gives("server read until \"\\r\\n\"", "4 \"ab\\r\\n\"");
			gives("server read 9", "2 \"ef\"");
			reset_both();
			continue;
		}
		gives("client write \"ab\\r\\n\\r\"", "5");
		gives("server read until \"\\r\\n\\r\\n\" &", "");
		gives("client write \"\\ncd\\n\\n\"", "5");
		gives("server join", "6 \"ab\\r\\n\\r\\n\"");
		gives("server await inq=4", "");
		gives("server read until \"c\"", "1 \"c\"");
		gives("server read until \"\\n\"", "2 \"d\\n\"");
		/* what was read before does not count */
		gives("server read until \"\\n\\n\" &", "");
		for (int i = 0; i < 100; i++)
			gives("client write 100", "100");
		gives("client write \"x\\n\\n\"", "3");
		struct result joined = run("server join");

		assert_int_equal(joined.value, 10004);
		assert_true(joined.data.more);
		assert_int_equal(joined.data.length, PAYLOAD_LIMIT);
		gives("client write \"ab\"", "2");
		gives("client shutdown SHUT_WR", "0");
		gives("server await POLLRDHUP", "");
		gives("server read until \"b\\n\"", "2 \"ab\"");
		gives("server read until \"b\\n\"", "0 \"\"");
		gives("client close", "0");
		gives("client read until \"b\"", "-1 EBADF");
		reset_both();
	}
}

static void large_writes_arrive(void **state)
{
	static const char *const ways[] = {"client sendfile 1048576 &", "client splice 1048576 &",
		"client write 1048576 &", "client writev 1048576 &"};

	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		assert_true(connect_both(FAMILY_TCP4));
		gives(ways[i], "");
		gives("server recv 1048576 MSG_WAITALL", "1048576");
		gives("client join", "1048576");
		reset_both();
	}
}

/* Some bytes of the buffer are there, none, or all; and a length of nothing needs none. */
static void memory_ends(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client write 6 mapped=0", "-1 EFAULT");
		gives("client write 6 mapped=5", "-1 EFAULT");
		gives("client send 6 MSG_NOSIGNAL mapped=0", "-1 EFAULT");
		gives("client write 4096 mapped=4096", "4096");
		gives("server await inq=4096", "");
		gives("server read 4096 mapped=4096", "4096");
		gives("client send 6", "6");
		gives("server await inq=6", "");
		gives("server recv 6 0 mapped=0", "-1 EFAULT");
		gives("server recv 6 MSG_DONTWAIT mapped=6", is_seqpacket() ? "-1 EAGAIN" : "6");
		reset_both();
	}
}

/* Asleep until something wakes the call that is awaited, whatever comes before. */
static void sleeps_until_woken(void **state)
{
	static const char *const ways[] = {
		"server poll POLLIN &", "server read 6 &", "server uring_recv 6 &"};

	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		for (size_t i = 0; i < COUNT(ways); i++) {
			if (is_lacking("uring") && i == 2)
				continue;
			gives("server sleeps", "0");
			gives(ways[i], "");
			gives("server sleeps", "1");
			gives("client inq", "0");
			gives("server sleeps", "1");
			gives("client write 6", "6");
			if (!i) {
				gives("server await POLLIN", "");
				gives("server sleeps", "0");
			}
			run("server join");
			gives("server sleeps", "0");
			run("server recv 6 MSG_DONTWAIT");
		}
		reset_both();
	}
}

static void full_means_full(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		for (int i = 0; i < 5; i++) {
			struct result filled = run("client fill");

			assert_int_equal(filled.kind, RESULT_NUMBER);
			assert_true(filled.value > 0);
			assert_int_equal(
				poll(&(struct pollfd){.fd = client.fd, .events = POLLOUT}, 1, 50),
				0);
			gives("client send 1 MSG_DONTWAIT", "-1 EAGAIN");
			gives("client fill", "0");
			reset_both();
			assert_true(connect_both(all[f]));
		}
		gives("client shutdown SHUT_WR", "0");
		gives("client fill", "-1 EPIPE");
		reset_both();
	}
}

/* The receiver of MPTCP shrinks its window to nothing while a segment is under way. */
static void full_when_the_window_shrinks(void **state)
{
	(void)state;
	if (!open_both(FAMILY_MPTCP4))
		skip();
	gives("server setsockopt SO_RCVBUF 4096", "0");
	gives("client connect", "0");
	server.remote = client.local;
	gives("server accept", "0");
	assert_int_equal(run("client fill").kind, RESULT_NUMBER);
	gives("client send 1 MSG_DONTWAIT", "-1 EAGAIN");
	reset_both();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_way_to_write_arrives, begin, end),
		cmocka_unit_test_setup_teardown(every_way_to_write_a_text, begin, end),
		cmocka_unit_test_setup_teardown(thrown_away_are_no_bytes, begin, end),
		cmocka_unit_test_setup_teardown(until_a_text, begin, end),
		cmocka_unit_test_setup_teardown(large_writes_arrive, begin, end),
		cmocka_unit_test_setup_teardown(memory_ends, begin, end),
		cmocka_unit_test_setup_teardown(sleeps_until_woken, begin, end),
		cmocka_unit_test_setup_teardown(full_means_full, begin, end),
		cmocka_unit_test_setup_teardown(full_when_the_window_shrinks, begin, end),
	};

	if (!enter_sandbox(argc, argv))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	deadline_teardown();
	return failed;
}
