/*
 * The endpoint's calls that open, close, wait and set: what each gives on each family, and that
 * nothing stays behind.
 */
#include "endpoint/socket.h"
#include "ends.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* One call connects and sends, and the server knows the client by its address. */
static void fast_open(void **state)
{
	static const enum family plain[] = {FAMILY_TCP4, FAMILY_TCP6, FAMILY_TCP4_MAPPED};

	(void)state;
	for (size_t f = 0; f < COUNT(plain); f++) {
		if (!open_both(plain[f]))
			continue;
		gives("client sendto 6", "-1 EPIPE");
		gives("client sendto 6 MSG_FASTOPEN", "6");
		server.remote = client.local;
		gives("server accept", "0");
		gives("server await inq=6", "");
		gives("client sendto 6", "6");
		gives("client sendto 6 MSG_FASTOPEN", "-1 EISCONN");
		reset_both();
	}
}

/* A connect that begins nothing leaves the socket's other end where it was: /proc/net/tcp is
 * searched for it. */
static void begins_nothing(void **state)
{
	static const enum family plain[] = {FAMILY_TCP4, FAMILY_TCP6, FAMILY_TCP4_MAPPED};

	(void)state;
	for (size_t f = 0; f < COUNT(plain); f++) {
		if (!connect_both(plain[f]))
			continue;
		client.target = client.local; /* not where it is connected to */
		gives("client connect", "-1 EISCONN");
		gives("client close", "0");
		gives("client connect", "-1 EBADF");
		gives("client sendto 6 MSG_FASTOPEN", "-1 EBADF");
		gives("client await FIN_WAIT2", "");
		gives("server close", "0");
		reset_both();
	}
}

/* A child of this process is neither it nor its parent. */
static void a_stranger_is_not_accepted_on_unix(void **state)
{
	(void)state;
	for (size_t f = 4; f < COUNT(all); f++) {
		assert_true(open_both(all[f]));
		pid_t child = fork();

		if (!child) {
			int fd = socket_of_family(all[f]);

			_exit(connect(fd, (struct sockaddr *)&client.remote.storage,
				client.remote.length));
		}
		int status;

		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		gives("client connect", "0");
		gives("server accept", "0");
		gives("client write 6", "6");
		gives("server read 9", "6");
		reset_both();
	}
}

static void poll_and_its_relatives(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client epoll_wait", "-1 EBADF");
		gives("client epoll_ctl EPOLL_CTL_DEL", "-1 ENOENT");
		gives("client epoll_wait", "0");
		gives("client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET", "0");
		gives("client epoll_ctl EPOLL_CTL_ADD", "-1 EEXIST");
		gives("client epoll_wait", "0");
		gives("client poll", "POLLOUT");
		gives("client select", "writefds");
		gives("server write 6", "6");
		gives("client await POLLIN|POLLOUT", "");
		gives("client select", "readfds|writefds");
		gives("client poll POLLIN", "POLLIN");
		gives("client epoll_wait", "EPOLLIN");
		gives("client epoll_wait", "0");
		gives("client epoll_ctl EPOLL_CTL_MOD EPOLLOUT", "0");
		gives("client epoll_wait", "EPOLLOUT");
		gives("client dup", "0");
		gives("client close", "0");
		gives("client epoll_wait", "EPOLLOUT"); /* of the file, not the descriptor */
		gives("client close", "0");
		gives("client epoll_wait", "0");
		gives("client epoll_ctl EPOLL_CTL_ADD", "-1 EBADF");
		gives("client select", "-1 EBADF");
		gives("client poll", "POLLNVAL");
		reset_both();
	}
}

static void a_high_descriptor_is_no_matter_for_select(void **state)
{
	struct rlimit limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	struct rlimit before = limit;

	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_true(connect_both(FAMILY_TCP4));
	int fd = fcntl(client.fd, F_DUPFD_CLOEXEC, FD_SETSIZE);

	assert_true(fd >= FD_SETSIZE);
	close(client.fd);
	client.fd = fd;
	gives("client select", "-1 EBADF");
	gives("client select &", "");
	gives("client join", "-1 EBADF");
	reset_both();
	setrlimit(RLIMIT_NOFILE, &before);
}

static void options_and_queues(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client setsockopt SO_RCVTIMEO 0,20000", "0");
		gives("client getsockopt SO_RCVTIMEO", "0,20000");
		gives("client read 9", "-1 EAGAIN");
		gives("client setsockopt SO_LINGER 1,7", "0");
		gives("client getsockopt SO_LINGER", "1,7");
		gives("client setsockopt SO_KEEPALIVE 1", "0");
		gives("client getsockopt SO_KEEPALIVE", "1");
		gives("client getsockopt SO_ERROR", "0");
		gives("client getpeername", "0");
		gives("client getsockname", "0");
		gives("client fcntl F_SETFL O_NONBLOCK", "0");
		gives("client read 9", "-1 EAGAIN");
		gives("client uring_send 6", "6");
		gives("server await inq=6", "");
		gives("client fcntl F_SETFL 0", "0");
		if (is_tcp())
			gives("client await outq=0", "");
		gives("server read 9", "6");
		gives("client await outq=0", "");
		gives("client outq", "0");
		gives("client close", "0");
		gives("client getpeername", "-1 EBADF");
		gives("client getsockname", "-1 EBADF");
		gives("client outq", "-1 EBADF");
		gives("client await outq=0", "-1 EBADF");
		gives("client getsockopt SO_ERROR", "-1 EBADF");
		gives("client fcntl F_SETFL O_NONBLOCK", "-1 EBADF");
		reset_both();
	}
}

static void states_are_of_tcp(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		gives("client state", is_tcp() ? "ESTABLISHED" : "");
		gives("client await ESTABLISHED", "");
		gives("server close", "0");
		gives("client await POLLRDHUP", "");
		gives("client await CLOSE_WAIT", "");
		gives("server await FIN_WAIT2", "");
		gives("client state", is_tcp() ? "CLOSE_WAIT" : "");
		gives("client close", "0");
		gives("client await CLOSE", "");
		gives("client state", is_tcp() ? "CLOSE" : "");
		assert_int_equal(
			run("client await CLOSE").kind, is_tcp() ? RESULT_DONE : RESULT_NONE);
		/* What is there is no timeout, though the deadline has passed. */
		patience = -1;
		if (is_tcp())
			gives("client await CLOSE", "");
		patience = PATIENCE;
		reset_both();
	}
}

static void the_last_duplicate_closes(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(all); f++) {
		if (!connect_both(all[f]))
			continue;
		for (int i = 0; i < DUPLICATES; i++)
			gives("client dup", "0");
		gives("client dup", "-1 EMFILE");
		for (int i = 0; i < DUPLICATES; i++)
			gives("client close", "0");
		gives("server poll", "POLLOUT");
		gives("client write 6", "6");
		gives("client close", "0");
		gives("client close", "-1 EBADF");
		gives("client dup", "-1 EBADF");
		gives("server await POLLRDHUP", "");
		reset_both();

		/* Duplicates left to reset, and those of the listening socket. */
		assert_true(open_both(all[f]));
		gives("server dup", "0");
		gives("server dup", "0");
		gives("server close", "0");
		assert_int_equal(server.listen_fd, server.fd);
		gives("client connect", "0");
		server.remote = client.local;
		gives("server accept", "0");
		gives("client dup", "0");
		gives("server dup", "0");
		reset_both();
		assert_true(server.listen_fd >= 0);
		assert_true(connect_both(all[f]));
		reset_both();
	}
}

static void connecting_to_nothing_disconnects(void **state)
{
	(void)state;
	for (size_t f = 0; f < 3; f++) {
		assert_true(connect_both(all[f]));
		socklen_t length = client.local.length;
		uint16_t port = address_port(&client.local);

		gives("client connect AF_UNSPEC", "0");
		assert_int_equal(client.local.length, length);
		assert_int_equal(address_port(&client.local), port);
		gives("server await CLOSE", "");
		gives("server read 9", "-1 ECONNRESET");
		reset_both();
	}
}

static void destroyed(void **state)
{
	(void)state;
	assert_true(open_both(FAMILY_TCP4));
	struct result fresh = run("client destroy");

	if (fresh.kind == RESULT_LACKING || fresh.value == EPERM)
		skip();
	reset_both();
	for (size_t f = 0; f < 3; f++) {
		assert_true(open_both(all[f]));
		gives("client destroy", "-1 ENOENT"); /* a fresh socket */
		gives("client connect", "0");
		server.remote = client.local;
		gives("server accept", "0");
		gives("client destroy", "0");
		gives("client read 9", "-1 ECONNABORTED");
		gives("server read 9", "-1 ECONNRESET");
		gives("client destroy", "-1 ENOENT");
		gives("server destroy", "-1 ENOENT"); /* and not the listening socket */
		reset_both();
		assert_true(connect_both(all[f]));
		run("client fill");
		gives("client close", "0");
		gives("client state", "FIN_WAIT1");
		gives("client destroy", "0"); /* an orphan */
		gives("client await CLOSE", "");
		reset_both();

		assert_true(open_both(all[f]));
		gives("server destroy", "0"); /* the listening socket */
		gives("client connect", "-1 ECONNREFUSED");
		reset_both();
		assert_true(connect_both(all[f]));
		reset_both();
	}
	assert_true(connect_both(FAMILY_UNIX));
	gives("client destroy", "-1 EOPNOTSUPP");
}

static void sigpipe_is_reported(void **state)
{
	static const char *const modes[][2] = {{"client sigpipe ignore", "-1 EPIPE"},
		{"client sigpipe default", "-1 EPIPE SIGPIPE"},
		{"client sigpipe handler", "-1 EPIPE SIGPIPE"}};

	(void)state;
	for (size_t f = 0; f < COUNT(all); f++)
		for (size_t m = 0; m < COUNT(modes); m++) {
			if (!connect_both(all[f]))
				continue;
			gives(modes[m][0], "0");
			gives("client shutdown SHUT_WR", "0");
			/* SOCK_SEQPACKET raises none on some kernels. */
			const char *given = is_seqpacket() ? "-1 EPIPE" : modes[m][1];

			gives("client write 6", given);
			gives("client write 6 &", "");
			gives("client join", given);
			gives("client send 6 MSG_NOSIGNAL", "-1 EPIPE");
			if (!is_lacking("uring"))
				gives("client uring_send 6", "-1 EPIPE"); /* never since 5.12 */
			gives("client sendfile 6", given);
			gives("client splice 6", given);
			if (!is_lacking("uring"))
				assert_int_equal(run("client uring_write 6").value, EPIPE);
			reset_both();
		}
}

static int status_after(const char *text)
{
	int status;
	pid_t child = fork();

	if (!child) {
		run(text);
		_exit(99);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void the_process_ends(void **state)
{
	(void)state;
	assert_int_equal(status_after("server exit"), 0);
	assert_int_equal(status_after("server kill"), SIGKILL);
}

static void worn_sockets_are_replaced(void **state)
{
	static const char *const steps[] = {"server setsockopt SO_LINGER 1,0",
		"server fcntl F_SETFL O_NONBLOCK", "server listen", "server shutdown SHUT_RD",
		"server epoll_ctl EPOLL_CTL_ADD EPOLLIN", "server destroy"};

	(void)state;
	assert_true(connect_both(FAMILY_TCP4));
	assert_true(endpoint_is_reusable(&server));
	reset_both();
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_true(open_both(FAMILY_TCP4));
		gives(steps[i], "0");
		assert_true(server.listener_dirty);
		reset_both();
		assert_int_equal(server.listen_fd, -1);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fast_open, begin, end),
		cmocka_unit_test_setup_teardown(begins_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_stranger_is_not_accepted_on_unix, begin, end),
		cmocka_unit_test_setup_teardown(poll_and_its_relatives, begin, end),
		cmocka_unit_test_setup_teardown(
			a_high_descriptor_is_no_matter_for_select, begin, end),
		cmocka_unit_test_setup_teardown(options_and_queues, begin, end),
		cmocka_unit_test_setup_teardown(states_are_of_tcp, begin, end),
		cmocka_unit_test_setup_teardown(the_last_duplicate_closes, begin, end),
		cmocka_unit_test_setup_teardown(connecting_to_nothing_disconnects, begin, end),
		cmocka_unit_test_setup_teardown(destroyed, begin, end),
		cmocka_unit_test_setup_teardown(sigpipe_is_reported, begin, end),
		cmocka_unit_test_setup_teardown(the_process_ends, begin, end),
		cmocka_unit_test_setup_teardown(worn_sockets_are_replaced, begin, end),
	};

	if (!enter_sandbox(argc, argv))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	deadline_teardown();
	return failed;
}
