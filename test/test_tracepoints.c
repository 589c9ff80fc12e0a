/*
 * The kernel's events of one connection: which are reported, in which words and when; that a gap is
 * an error; and what is said where they cannot be read.
 */
#include "endpoint/proc_net_tcp.h"
#include "endpoint/socket.h"
#include "language/family.h"
#include "tracing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { LIMIT = 32 };

static const int64_t clock_slack = 1000000; /* nanoseconds by which the clocks may disagree */

struct connection {
	int listener, client, server;
	struct address from, to; /* the client's and the server's */
	uint16_t client_port, server_port;
};

static struct address name_of(int fd)
{
	struct address a = {.length = sizeof a.storage};

	assert_int_equal(getsockname(fd, (struct sockaddr *)&a.storage, &a.length), 0);
	return a;
}

static struct connection connect_over(enum family family)
{
	struct connection c;
	struct address any = family_loopback(family);

	c.listener = socket_of_family(family);
	assert_int_equal(bind(c.listener, (struct sockaddr *)&any.storage, any.length), 0);
	assert_int_equal(listen(c.listener, 1), 0);
	c.to = name_of(c.listener);
	c.client = socket_of_family(family);
	assert_int_equal(connect(c.client, (struct sockaddr *)&c.to.storage, c.to.length), 0);
	c.from = name_of(c.client);
	c.server = accept(c.listener, NULL, NULL);
	assert_true(c.server >= 0);
	c.client_port = address_port(&c.from);
	c.server_port = address_port(&c.to);
	return c;
}

static void drop(struct connection *c)
{
	close(c->client);
	close(c->server);
	close(c->listener);
}

static bool server_is_in_fin_wait2(const void *connection)
{
	const struct connection *c = connection;

	return proc_net_tcp_state(&c->to, &c->from) == TCP_FIN_WAIT2;
}

static bool client_is_closed(const void *connection)
{
	const struct connection *c = connection;
	struct tcp_info info;
	socklen_t length = sizeof info;

	return !getsockopt(c->client, IPPROTO_TCP, TCP_INFO, &info, &length) &&
	       info.tcpi_state == TCP_CLOSE;
}

/* The server closes; the client's data meets its time-wait entry and is answered with a reset. */
static struct connection write_after_close(enum family family)
{
	struct connection c = connect_over(family);

	close(c.server);
	c.server = -1;
	await(server_is_in_fin_wait2, &c);
	assert_int_equal(write(c.client, "x", 1), 1);
	await(client_is_closed, &c);
	return c;
}

static int read_events(const struct connection *c, struct event *event)
{
	return tracepoints_read(events, c->client_port, c->server_port, event, LIMIT);
}

/* The events of one side, one a line. */
static const char *side(const struct event *event, int count, bool client)
{
	static char text[LIMIT * sizeof event->text];

	text[0] = 0;
	for (int i = 0; i < count; i++)
		if (event[i].client == client)
			sprintf(text + strlen(text), "%s\n", event[i].text);
	return text;
}

static bool has_field(const char *event, const char *field)
{
	char text[8192] = "", path[128];
	FILE *file;

	snprintf(path, sizeof path, TRACING "/events/tcp/%s/format", event);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	fclose(file);
	return strstr(text, field);
}

static void the_classic_is_told(enum family family)
{
	struct event event[LIMIT];
	int64_t begin, end;
	struct connection c;
	char server[512];
	int count;

	open_events();
	begin = clock_now() - clock_slack;
	c = write_after_close(family);
	end = clock_now() + clock_slack;
	count = read_events(&c, event);
	assert_in_range(count, 1, LIMIT);
	assert_string_equal(side(event, count, true),
		"inet_sock_set_state SYN_SENT -> ESTABLISHED\n"
		"inet_sock_set_state ESTABLISHED -> CLOSE_WAIT\n"
		"tcp_receive_reset\n"
		"inet_sock_set_state CLOSE_WAIT -> CLOSE\n");
	/* Before 6.10, which added the reason, a reset without a full socket is no event. */
	snprintf(server, sizeof server, "%s%s",
		"inet_sock_set_state LISTEN -> SYN_RECV\n"
		"inet_sock_set_state SYN_RECV -> ESTABLISHED\n"
		"inet_sock_set_state ESTABLISHED -> FIN_WAIT1\n"
		"inet_sock_set_state FIN_WAIT1 -> FIN_WAIT2\n"
		"inet_sock_set_state FIN_WAIT2 -> CLOSE\n",
		has_field("tcp_send_reset", " reason;")
			? "tcp_send_reset state TIME_WAIT reason TCP_TIMEWAIT_SOCKET\n"
			: "");
	assert_string_equal(side(event, count, false), server);
	for (int i = 0; i < count; i++) {
		assert_true(event[i].time >= (i ? event[i - 1].time : begin));
		assert_true(event[i].time <= end);
	}
	assert_int_equal(read_events(&c, event), 0); /* drained */
	drop(&c);
}

static void tcp4_is_told(void **state)
{
	(void)state;
	need_tracefs();
	the_classic_is_told(FAMILY_TCP4);
}

static void tcp6_is_told(void **state)
{
	(void)state;
	need_tracefs();
	the_classic_is_told(FAMILY_TCP6);
}

/* The client resets: the event is of its socket, and the server receives it. */
static void a_reset_by_the_client_is_told(void **state)
{
	const struct linger reset = {.l_onoff = 1};
	struct event event[LIMIT];
	struct connection c;
	int count;

	(void)state;
	need_tracefs();
	open_events();
	c = connect_over(FAMILY_TCP4);
	assert_int_equal(setsockopt(c.client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
	close(c.client);
	c.client = -1;
	count = read_events(&c, event);
	assert_in_range(count, 1, LIMIT);
	assert_non_null(strstr(side(event, count, true), "tcp_send_reset state "));
	assert_non_null(strstr(side(event, count, false), "tcp_receive_reset\n"));
	drop(&c);
}

/* Neither one that has no port in common nor those that share one of the two. */
static void events_of_other_connections_are_left_out(void **state)
{
	struct event event[LIMIT];
	struct connection c, other;

	(void)state;
	need_tracefs();
	open_events();
	c = connect_over(FAMILY_TCP4);
	assert_true(read_events(&c, event) > 0);
	other = write_after_close(FAMILY_TCP4);
	assert_int_equal(read_events(&c, event), 0);
	drop(&other);

	other = write_after_close(FAMILY_TCP4);
	assert_int_equal(
		tracepoints_read(events, c.client_port, other.server_port, event, LIMIT), 0);
	drop(&other);

	other = write_after_close(FAMILY_TCP4);
	assert_int_equal(
		tracepoints_read(events, other.client_port, c.server_port, event, LIMIT), 0);
	drop(&other);
	drop(&c);
}

/* With the smallest buffers the kernel has, one connection after another. */
static void an_overrun_is_an_error(void **state)
{
	struct event event[LIMIT];
	struct connection c;
	char path[128];
	int fd;

	(void)state;
	need_tracefs();
	open_events();
	snprintf(path, sizeof path, "%s/buffer_size_kb", instance_of(getpid()));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "4", 1), 1);
	close(fd);
	for (int i = 0; i < 200; i++) {
		c = connect_over(FAMILY_TCP4);
		drop(&c);
	}
	assert_int_equal(read_events(&c, event), -EOVERFLOW);
	assert_int_equal(read_events(&c, event), 0);
}

static void more_events_than_fit_are_an_error(void **state)
{
	struct event event[3] = {{.text = ""}, {.text = ""}, {.text = "not to be written to"}};
	struct connection c;

	(void)state;
	need_tracefs();
	open_events();
	c = write_after_close(FAMILY_TCP4);
	assert_int_equal(
		tracepoints_read(events, c.client_port, c.server_port, event, 2), -ENOBUFS);
	assert_string_equal(event[2].text, "not to be written to");
	drop(&c);
}

struct refusal {
	int status;
	bool mounted; /* tracefs, afterwards */
	char message[256];
};

/* What a process that prepare() has changed is told when it opens events. */
static struct refusal refused(int (*prepare)(void))
{
	struct refusal refusal = {0};
	int result[2];
	pid_t child;

	assert_int_equal(pipe2(result, O_CLOEXEC), 0);
	child = fork();
	if (!child) {
		struct tracepoints *opened;

		if (!prepare()) {
			refusal.status =
				tracepoints_open(&opened, refusal.message, sizeof refusal.message);
			refusal.mounted = is_there(TRACING "/instances");
			(void)!write(result[1], &refusal, sizeof refusal);
		}
		_exit(0);
	}
	close(result[1]);
	assert_int_equal(read(result[0], &refusal, sizeof refusal), sizeof refusal);
	close(result[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	return refusal;
}

static int become_nobody(void)
{
	return setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534);
}

static void nobody_is_told_to_be_root(void **state)
{
	struct refusal refusal;

	(void)state;
	need_tracefs();
	refusal = refused(become_nobody);
	assert_true(refusal.status == -EACCES || refusal.status == -EPERM);
	assert_non_null(strstr(refusal.message, "root"));
	assert_non_null(strstr(refusal.message, TRACING));
}

static int unmount_tracing(void)
{
	if (unshare(CLONE_NEWNS))
		return -1;
	while (!umount2(TRACING, MNT_DETACH))
		;
	return !access(TRACING "/instances", F_OK);
}

static void a_missing_mount_is_named(void **state)
{
	struct refusal refusal;

	(void)state;
	need_tracefs();
	refusal = refused(unmount_tracing);
	assert_int_equal(refusal.status, -ENOENT);
	assert_false(refusal.mounted);
	assert_non_null(strstr(refusal.message, "mount -t tracefs nodev " TRACING));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(tcp4_is_told, tear_down),
		cmocka_unit_test_teardown(tcp6_is_told, tear_down),
		cmocka_unit_test_teardown(a_reset_by_the_client_is_told, tear_down),
		cmocka_unit_test_teardown(events_of_other_connections_are_left_out, tear_down),
		cmocka_unit_test_teardown(an_overrun_is_an_error, tear_down),
		cmocka_unit_test_teardown(more_events_than_fit_are_an_error, tear_down),
		cmocka_unit_test_teardown(nobody_is_told_to_be_root, tear_down),
		cmocka_unit_test_teardown(a_missing_mount_is_named, tear_down),
	};

	int failed = cmocka_run_group_tests(tests, enter_namespace, NULL);

	return unavailable && !failed ? 77 : failed; /* 77: CTest reports it as skipped */
}
