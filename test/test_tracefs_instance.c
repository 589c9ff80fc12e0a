/*
 * The trace instance is gone whatever ends the process that opened it, and is nobody else's.
 */
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

static bool is_gone(const void *path)
{
	return access(path, F_OK) && errno == ENOENT;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(closing_removes_the_instance, tear_down),
		cmocka_unit_test_teardown(closing_does_not_wait_for_other_children, tear_down),
		cmocka_unit_test_teardown(the_keeper_holds_nothing_of_its_parent, tear_down),
		cmocka_unit_test_teardown(killing_the_opener_removes_the_instance, tear_down),
		cmocka_unit_test_teardown(a_busy_instance_is_removed_later, tear_down),
		cmocka_unit_test_teardown(
			an_orphan_of_the_opener_does_not_keep_the_instance, tear_down),
		cmocka_unit_test_teardown(a_second_opening_is_refused, tear_down),
	};

	int failed = cmocka_run_group_tests(tests, enter_namespace, NULL);

	return unavailable && !failed ? 77 : failed; /* 77: CTest reports it as skipped */
}
