/*
 * The endpoint's calls: what each gives on each family, and that nothing stays behind.
 */
#include "endpoint/socket.h"
#include "ends.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_seqpacket(void)
{
	return client.family == FAMILY_UNIX_SEQPACKET;
}

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
		cmocka_unit_test_setup_teardown(every_way_to_write_arrives, begin, end),
		cmocka_unit_test_setup_teardown(every_way_to_write_a_text, begin, end),
		cmocka_unit_test_setup_teardown(thrown_away_are_no_bytes, begin, end),
		cmocka_unit_test_setup_teardown(until_a_text, begin, end),
		cmocka_unit_test_setup_teardown(large_writes_arrive, begin, end),
		cmocka_unit_test_setup_teardown(memory_ends, begin, end),
		cmocka_unit_test_setup_teardown(uring_does_it_all, begin, end),
		cmocka_unit_test_setup_teardown(uring_accepts_by_the_same_number, begin, end),
		cmocka_unit_test_setup_teardown(fast_open, begin, end),
		cmocka_unit_test_setup_teardown(begins_nothing, begin, end),
		cmocka_unit_test_setup_teardown(full_means_full, begin, end),
		cmocka_unit_test_setup_teardown(full_when_the_window_shrinks, begin, end),
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
		cmocka_unit_test_setup_teardown(io_uring_does_not_wait_for_the_rest, begin, end),
		cmocka_unit_test_setup_teardown(the_process_ends, begin, end),
		cmocka_unit_test_setup_teardown(io_uring_leaves_later_calls_alone, begin, end),
		cmocka_unit_test_setup_teardown(io_uring_is_cancelled, begin, end),
		cmocka_unit_test_setup_teardown(worn_sockets_are_replaced, begin, end),
	};

	if (!enter_sandbox(argc, argv))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	deadline_teardown();
	return failed;
}
