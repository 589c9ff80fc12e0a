/*
 * The kernel's events of one connection: which are reported, in which words and when; that a gap is
 * an error; that the trace instance is gone whatever ends the process; and what it says where it
 * cannot work.
 *
 * Runs as root in a mount namespace of its own; elsewhere every test is skipped (exit status 77).
 */
#include "endpoint/socket.h"
#include "observe/tracepoints.h"

#include "util/clock.h"
#include "language/family.h"
#include "endpoint/proc_net_tcp.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing"

enum { LIMIT = 32 };

static const int64_t patience =
	20000000000; /* nanoseconds; a sanitizer on a busy machine is slow */

static const int64_t clock_slack = 1000000; /* nanoseconds by which the clocks may disagree */

static const char *unavailable; /* why the tests cannot run here */

static void need_tracefs(void)
{
	if (!unavailable)
		return;
	fprintf(stderr, "skipped: %s\n", unavailable);
	skip();
}

static int enter_namespace(void **state)
{
	(void)state;
	if (geteuid())
		unavailable = "needs root";
	else if (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
		unavailable = "needs a mount namespace of its own";
	else if (access(TRACING "/instances", F_OK) && mount("nodev", TRACING, "tracefs", 0, NULL))
		unavailable = "this kernel has no tracefs, or it cannot be mounted here";
	return 0;
}

/* Waits until condition(argument) holds; a test that waits in vain fails. */
static void await(bool (*condition)(const void *), const void *argument)
{
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + patience;

	while (!condition(argument)) {
		assert_true(clock_read(CLOCK_MONOTONIC) < deadline);
		poll(NULL, 0, 1);
	}
}

static const char *instance_of(pid_t pid)
{
	static char path[64];

	snprintf(path, sizeof path, TRACING "/instances/closewait-%d", (int)pid);
	return path;
}

static bool is_there(const void *path)
{
	return !access(path, F_OK);
}

static bool is_gone(const void *path)
{
	return access(path, F_OK) && errno == ENOENT;
}

static struct tracepoints *events; /* closed behind every test, whatever became of it */

static void open_events(void)
{
	char message[256] = "";
	int status = tracepoints_open(&events, message, sizeof message);

	if (status)
		fail_msg("%d: %s", status, message);
	assert_true(is_there(instance_of(getpid())));
}

static void close_events(void)
{
	tracepoints_close(events);
	events = NULL;
}

static int tear_down(void **state)
{
	(void)state;
	close_events();
	return 0;
}

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

/* The only child of pid, 0 when it has none; -1 when there are more. */
static pid_t child_of(pid_t pid)
{
	char path[64];
	int child = 0, more;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	if (fscanf(file, "%9d %9d", &child, &more) == 2)
		child = -1;
	fclose(file);
	return child;
}

static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* . and .. */
}

static void closing_removes_the_instance(void **state)
{

	(void)state;
	need_tracefs();
	open_events();
	assert_true(child_of(getpid()) > 0);
	close_events();
	assert_true(is_gone(instance_of(getpid())));
	assert_int_equal(child_of(getpid()), 0);
	tracepoints_close(NULL);
}

/* Closing waits for the keeper, not for a child that inherited its descriptor. */
static void closing_does_not_wait_for_other_children(void **state)
{
	pid_t child;

	(void)state;
	need_tracefs();
	open_events();
	child = fork();
	if (!child) {
		alarm((unsigned)(patience / 1000000000));
		for (;;)
			pause();
	}
	close_events();
	assert_true(is_gone(instance_of(getpid())));
	assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void the_keeper_holds_nothing_of_its_parent(void **state)
{
	char path[64];

	(void)state;
	need_tracefs();
	open_events();
	snprintf(path, sizeof path, "/proc/%d/fd", (int)child_of(getpid()));
	assert_int_equal(count_entries(path), 2);
	assert_int_not_equal(getsid(child_of(getpid())), getsid(0));
}

/* Forks a process that opens events and pauses; with_child: and has a child that outlives it. */
static pid_t fork_opener(bool with_child)
{
	int ready[2];
	char byte;
	pid_t opener;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	opener = fork();
	if (!opener) {
		char message[256];
		struct tracepoints *opened;

		if (!tracepoints_open(&opened, message, sizeof message))
			(void)!write(ready[1], "", 1);
		if (with_child && !fork())
			close(ready[1]);
		alarm((unsigned)(patience / 1000000000));
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_true(is_there(instance_of(opener)));
	return opener;
}

static void killing_the_opener_removes_the_instance(void **state)
{
	pid_t opener, keeper;

	(void)state;
	need_tracefs();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	opener = fork_opener(false);
	keeper = child_of(opener);
	assert_true(keeper > 0);
	kill(keeper, SIGINT);
	kill(keeper, SIGTERM);
	kill(keeper, SIGHUP);
	kill(opener, SIGKILL);
	assert_int_equal(waitpid(opener, NULL, 0), opener);
	await(is_gone, instance_of(opener));
	assert_int_equal(waitpid(keeper, NULL, 0), keeper);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static bool is_disabled(const void *instance)
{
	char path[128], enabled = 0;
	int fd;

	snprintf(path, sizeof path, "%s/events/tcp/tcp_send_reset/enable", (const char *)instance);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, &enabled, 1), 1);
	close(fd);
	return enabled == '0';
}

static bool is_asleep(const void *pid)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)*(const pid_t *)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
	fclose(file);
	return state == 'S';
}

/* While somebody has a file of it open it cannot be removed: it is disabled, and removed later. */
static void a_busy_instance_is_removed_later(void **state)
{
	char path[128];
	pid_t opener, keeper;
	int fd;

	(void)state;
	need_tracefs();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	opener = fork_opener(false);
	keeper = child_of(opener);
	snprintf(path, sizeof path, "%s/trace_pipe", instance_of(opener));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_false(is_disabled(instance_of(opener)));
	kill(opener, SIGKILL);
	assert_int_equal(waitpid(opener, NULL, 0), opener);
	await(is_disabled, instance_of(opener));
	await(is_asleep, &keeper); /* between two attempts */
	assert_true(is_there(instance_of(opener)));
	close(fd);
	await(is_gone, instance_of(opener));
	assert_int_equal(waitpid(keeper, NULL, 0), keeper);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void an_orphan_of_the_opener_does_not_keep_the_instance(void **state)
{
	pid_t opener;

	(void)state;
	need_tracefs();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	opener = fork_opener(true);
	kill(opener, SIGKILL);
	assert_int_equal(waitpid(opener, NULL, 0), opener);
	await(is_gone, instance_of(opener));
	while (child_of(getpid())) { /* the keeper and the orphan, in any order */
		pid_t orphan = child_of(getpid());

		if (orphan > 0)
			kill(orphan, SIGKILL);
		assert_true(waitpid(-1, NULL, 0) > 0);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void a_second_opening_is_refused(void **state)
{
	struct tracepoints *second;
	char message[256];

	(void)state;
	need_tracefs();
	open_events();
	assert_int_equal(tracepoints_open(&second, message, sizeof message), -EEXIST);
	assert_null(second);
	assert_non_null(strstr(message, instance_of(getpid())));
	assert_true(is_there(instance_of(getpid())));
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
		cmocka_unit_test_teardown(closing_removes_the_instance, tear_down),
		cmocka_unit_test_teardown(closing_does_not_wait_for_other_children, tear_down),
		cmocka_unit_test_teardown(the_keeper_holds_nothing_of_its_parent, tear_down),
		cmocka_unit_test_teardown(killing_the_opener_removes_the_instance, tear_down),
		cmocka_unit_test_teardown(a_busy_instance_is_removed_later, tear_down),
		cmocka_unit_test_teardown(
			an_orphan_of_the_opener_does_not_keep_the_instance, tear_down),
		cmocka_unit_test_teardown(a_second_opening_is_refused, tear_down),
		cmocka_unit_test_teardown(nobody_is_told_to_be_root, tear_down),
		cmocka_unit_test_teardown(a_missing_mount_is_named, tear_down),
	};

	int failed = cmocka_run_group_tests(tests, enter_namespace, NULL);

	return unavailable && !failed ? 77 : failed; /* 77: CTest reports it as skipped */
}
