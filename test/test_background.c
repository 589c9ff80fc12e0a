/*
 * Steps in the background: that they block, what wakes them and what they give then, and that
 * nothing stays behind.
 */
#include "endpoint/socket.h"
#include "ends.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Is every thread but this one asleep? */
static void assert_asleep(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	int threads = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char path[300], state = 0;

		if (entry->d_name[0] == '.' || atoi(entry->d_name) == getpid())
			continue;
		snprintf(path, sizeof path, "/proc/self/task/%s/stat", entry->d_name);
		FILE *stat = fopen(path, "re");

		assert_non_null(stat);
		assert_int_equal(fscanf(stat, "%*d (%*[^)]) %c", &state), 1);
		fclose(stat);
		assert_int_equal(state, 'S');
		threads++;
	}
	closedir(dir);
	assert_int_equal(threads, 1);
}

static void a_blocked_call_is_woken_by_data(void **state)
{
	static const char *const calls[][2] = {{"client read 9 &", "6"}, {"client readv 9 &", "6"},
		{"client recv 9 &", "6"}, {"client recvmsg 9 &", "6"},
		{"client poll POLLIN &", "POLLIN"}, {"client poll POLLIN|POLLRDHUP &", "POLLIN"},
		{"client epoll_wait &", "EPOLLIN"}};

	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client epoll_ctl EPOLL_CTL_ADD EPOLLIN", "0");
		for (size_t i = 0; i < COUNT(calls); i++) {
			gives(calls[i][0], "");
			assert_asleep();
			gives("server write 6", "6");
			gives("client join", calls[i][1]);
			gives("client recv 9 MSG_DONTWAIT", i < 4 ? "-1 EAGAIN" : "6");
		}
		reset_both();
	}
}

static void a_blocked_read_is_woken_by_the_peer(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client read 9 &", "");
		gives("server shutdown SHUT_WR", "0");
		gives("client join", "0");
		reset_both();

		assert_true(connect_both(all[f]));
		gives("client read 9 &", "");
		gives("client shutdown SHUT_RDWR", "0"); /* its own side */
		gives("client join", "0");
		reset_both();
	}
	for (size_t f = 0; f < 3; f++) {
		assert_true(connect_both(all[f]));
		gives("client read 9 &", "");
		gives("server setsockopt SO_LINGER 1,0", "0");
		gives("server close", "0");
		gives("client join", "-1 ECONNRESET");
		reset_both();
	}
}

static void a_blocked_write_is_woken(void **state)
{
	static const char *const calls[] = {"client write 1048576", "client writev 1048576",
		"client send 1048576", "client sendmsg 1048576", "client sendfile 1048576",
		"client splice 1048576", "client uring_send 1048576", "client uring_write 1048576"};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++) {
		char call[64];

		if (is_lacking(calls[i]))
			continue;
		snprintf(call, sizeof call, "%s &", calls[i]);
		assert_true(connect_both(FAMILY_TCP4));
		assert_true(run("client fill").value > 0);
		gives("client sigpipe default", "0");
		gives(call, "");
		gives("server close", "0"); /* with unread data: a reset */
		gives("client join", "-1 ECONNRESET");
		struct result front = run(calls[i]);

		assert_int_equal(front.kind, RESULT_ERROR);
		assert_int_equal(front.value, EPIPE);
		gives(call, "");
		assert_int_equal(run("client join").signal, front.signal);
		assert_int_equal(count_entries("/proc/self/fd"), descriptors + 2);
		reset_both();
	}
}

static void a_call_that_waits_for_room_is_woken(void **state)
{
	static const char *const calls[][2] = {{"client select &", "writefds"},
		{"client poll POLLOUT &", "POLLOUT"}, {"client epoll_wait &", "EPOLLOUT"},
		{"client splice 1048576 &", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++) {
		assert_true(connect_both(FAMILY_UNIX));
		gives("client epoll_ctl EPOLL_CTL_ADD EPOLLOUT", "0");
		assert_true(run("client fill").value > 0);
		gives(calls[i][0], "");
		assert_asleep();
		assert_true(run("server read 1048576").value > 0);
		if (calls[i][1])
			gives("client join", calls[i][1]);
		reset_both();
	}
}

/* More than there is memory of its own for: the same pages come again and again, but for the first.
 */
static void a_large_transfer(void **state)
{
	(void)state;
	assert_true(connect_both(FAMILY_TCP4));
	gives("client write \"begin\"", "5");
	gives("client write 3500000 &", "");
	struct result received = run("server recv 3500005 MSG_WAITALL");

	assert_int_equal(received.value, 3500005);
	assert_memory_equal(received.data.byte, "begin", 5);
	gives("client join", "3500000");
	gives("client write \"end\"", "3");
	gives("server read until \"end\"", "3");
}

static void a_call_in_the_background_times_out(void **state)
{
	static const char *const calls[] = {"client read 9 &", "client poll POLLIN &",
		"client epoll_wait &", "client accept &"};

	(void)state;
	patience = 50;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client epoll_ctl EPOLL_CTL_ADD EPOLLIN", "0");
		for (size_t i = 0; i < 3; i++) {
			run(calls[i]); /* on a busy machine a timeout, too */
			patience = PATIENCE;
			gives("client join", is_tcp() ? "timeout in ESTABLISHED" : "timeout");
			patience = 50;
		}
		reset_both();
	}
	patience = PATIENCE;
}

static void a_reset_ends_a_blocked_call(void **state)
{
	static const char *const calls[] = {"client read 9 &", "client recvmsg 9 &",
		"client poll POLLIN &", "client epoll_wait &", "client write 1048576 &",
		"client sendmmsg 1048576 64 &", "client sendfile 1048576 &",
		"client splice 1048576 &", "client uring_write 6 &", "client uring_send 6 &"};

	(void)state;
	patience = 600000;
	for (size_t f = 0; f < COUNT(all); f++)
		for (size_t i = 0; i < COUNT(calls); i++) {
			if (!connect_both(all[f]))
				continue;
			gives("client epoll_ctl EPOLL_CTL_ADD EPOLLIN", "0");
			run("client fill");
			run(calls[i]); /* a datagram may be too long to block */
			reset_both();
			assert_null(client.background);
			assert_one_thread();
		}
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!open_both(all[f]))
			continue;
		gives("server accept &", "");
		reset_both();
	}
}

static void accept_in_the_background(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!open_both(all[f]))
			continue;
		gives("server accept &", "");
		gives("client connect &", "");
		gives("client join", "0");
		server.remote = client.local;
		gives("server join", "0");
		gives("client write 6", "6");
		gives("server read 9", "6");
		reset_both();

		/* Accepted, and nobody fetched it. */
		assert_true(open_both(all[f]));
		gives("server accept &", "");
		gives("client connect", "0");
		reset_both();
	}
}

static void a_stranger_is_not_accepted_in_the_background(void **state)
{
	(void)state;
	for (size_t f = 0; f < 4; f++) {
		if (!open_both(all[f]))
			continue;
		gives("server accept &", "");
		int stranger = socket_of_family(all[f]);

		assert_int_equal(connect(stranger, (struct sockaddr *)&client.remote.storage,
					 client.remote.length),
			0);
		gives("client connect", "0");
		server.remote = client.local;
		gives("server join", "-1 ECONNABORTED");
		gives("server accept", "0");
		close(stranger);
		reset_both();
	}
}

static void connect_in_the_background(void **state)
{
	(void)state;
	for (size_t f = 0; f < 3; f++) {
		/* The accept queue is full of connections that nobody takes: SYNs are dropped. */
		assert_true(open_both(all[f]));
		int waiting[32], count = 0;

		gives("server listen", "0");
		while (count < 32) {
			waiting[count] = socket_of_family(all[f]);
			fcntl(waiting[count], F_SETFL, O_NONBLOCK);
			(void)connect(waiting[count++], (struct sockaddr *)&client.remote.storage,
				client.remote.length);
		}
		gives("client connect &", "");
		assert_true(client.local.length > 0);
		assert_true(address_port(&client.local) > 0);
		gives("client state", "SYN_SENT");
		reset_both();
		while (count)
			close(waiting[--count]);
	}
}

static void close_in_the_background(void **state)
{
	(void)state;
	for (size_t f = 0; f < 3; f++) {
		assert_true(connect_both(all[f]));
		gives("client setsockopt SO_LINGER 1,60", "0");
		run("client fill");
		gives("client close &", "");
		assert_int_equal(client.fd, CLOSED_DESCRIPTOR);
		gives("client write 6", "-1 EBADF");
		gives("client state", "FIN_WAIT1");
		gives("server close", "0");
		gives("client join", "0");
		gives("client await CLOSE", "");
		reset_both();
	}
}

static void join_without_a_step(void **state)
{
	(void)state;
	gives("client join", "-1 EINVAL");
	assert_true(connect_both(FAMILY_TCP4));
	gives("client read 9 &", "");
	gives("client read 9 &", "-1 EBUSY");
	gives("server write 6", "6");
	gives("client join", "6");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_blocked_call_is_woken_by_data, begin, end),
		cmocka_unit_test_setup_teardown(a_blocked_read_is_woken_by_the_peer, begin, end),
		cmocka_unit_test_setup_teardown(a_blocked_write_is_woken, begin, end),
		cmocka_unit_test_setup_teardown(a_call_that_waits_for_room_is_woken, begin, end),
		cmocka_unit_test_setup_teardown(a_call_in_the_background_times_out, begin, end),
		cmocka_unit_test_setup_teardown(a_reset_ends_a_blocked_call, begin, end),
		cmocka_unit_test_setup_teardown(accept_in_the_background, begin, end),
		cmocka_unit_test_setup_teardown(
			a_stranger_is_not_accepted_in_the_background, begin, end),
		cmocka_unit_test_setup_teardown(a_large_transfer, begin, end),
		cmocka_unit_test_setup_teardown(connect_in_the_background, begin, end),
		cmocka_unit_test_setup_teardown(close_in_the_background, begin, end),
		cmocka_unit_test_setup_teardown(join_without_a_step, begin, end),
	};

	if (!enter_sandbox(argc, argv))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	deadline_teardown();
	return failed;
}
