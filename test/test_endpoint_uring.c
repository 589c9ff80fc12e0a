/*
 * The endpoint's requests of io_uring: each does what its call does, and leaves nothing behind.
 */
#include "ends.h"

/* Every opcode does what its call does, and the endpoint knows of it. */
static void uring_does_it_all(void **state)
{
	(void)state;
	if (is_lacking("uring"))
		return;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!open_both(all[f]))
			continue;
		gives("client uring_connect", "0");
		server.remote = client.local;
		gives("server uring_accept", "0");
		gives("client write 6", "6");
		gives("server await inq=6", "");
		gives("server uring_recv 3 MSG_PEEK", "3");
		gives("server uring_read 6", "6");
		gives("server uring_recv 6 MSG_DONTWAIT", "-1 EAGAIN");
		gives("server uring_recv 6 &", "");
		gives("client uring_shutdown SHUT_WR", "0");
		gives("server join", "0");
		gives("server uring_close", "0");
		assert_int_equal(server.fd, CLOSED_DESCRIPTOR);
		gives("server uring_close", "-1 EBADF");
		reset_both();
	}
}

/* The listening socket's number may be the connection's, when it was closed meanwhile. */
static void uring_accepts_by_the_same_number(void **state)
{
	(void)state;
	if (is_lacking("uring"))
		return;
	assert_true(open_both(FAMILY_TCP4));
	gives("server uring_accept &", "");
	gives("server close", "0");
	gives("client connect", "0");
	server.remote = client.local;
	gives("server join", "0");
	gives("server inq", "0");
	reset_both();
}

static void io_uring_does_not_wait_for_the_rest(void **state)
{
	(void)state;
	if (is_lacking("uring"))
		skip();
	assert_true(connect_both(FAMILY_UNIX));
	struct result part = run("client uring_send 1048576");

	assert_int_equal(part.kind, RESULT_NUMBER);
	assert_in_range(part.value, 1, 1048575); /* send(2) would block */
}

/* The end of its ring interrupts nobody: with a timeout set, read(2) would give EINTR. */
static void io_uring_leaves_later_calls_alone(void **state)
{
	(void)state;
	if (is_lacking("uring"))
		skip();
	assert_true(connect_both(FAMILY_UNIX));
	gives("client setsockopt SO_RCVTIMEO 0,20000", "0");
	for (int i = 0; i < 20; i++) {
		gives("client uring_send 6", "6");
		gives("client read 9", "-1 EAGAIN");
	}
}

/* A request that is left to the ring's end would hold the socket open for a while. */
static void io_uring_is_cancelled(void **state)
{
	(void)state;
	if (is_lacking("uring"))
		skip();
	for (int i = 0; i < 5; i++) {
		assert_true(connect_both(FAMILY_TCP4));
		run("client fill");
		run("server recv 1048576");
		run("client fill");
		patience = 20;
		assert_int_equal(run("client uring_write 1048576").kind, RESULT_TIMEOUT);
		patience = PATIENCE;
		gives("client setsockopt SO_LINGER 1,0", "0");
		gives("client close", "0");
		gives("server poll POLLERR", "POLLERR|POLLHUP"); /* a reset, at once */
		reset_both();
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(uring_does_it_all, begin, end),
		cmocka_unit_test_setup_teardown(uring_accepts_by_the_same_number, begin, end),
		cmocka_unit_test_setup_teardown(io_uring_does_not_wait_for_the_rest, begin, end),
		cmocka_unit_test_setup_teardown(io_uring_leaves_later_calls_alone, begin, end),
		cmocka_unit_test_setup_teardown(io_uring_is_cancelled, begin, end),
	};

	if (!enter_sandbox(argc, argv))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	deadline_teardown();
	return failed;
}
