/*
 * tracing: a mount namespace with tracefs, and the kernel's events in it, for the tests that need
 * root for that. Elsewhere every test is skipped (exit status 77).
 */
#ifndef CLOSEWAIT_TEST_TRACING_H
#define CLOSEWAIT_TEST_TRACING_H

#include "check.h"
#include "observe/tracepoints.h"
#include "util/clock.h"

#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing"

static const int64_t patience =
	20000000000; /* nanoseconds; a sanitizer on a busy machine is slow */

static const char *unavailable; /* why the tests cannot run here */

static inline void need_tracefs(void)
{
	if (!unavailable)
		return;
	fprintf(stderr, "skipped: %s\n", unavailable);
	skip();
}

static inline int enter_namespace(void **state)
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
static inline void await(bool (*condition)(const void *), const void *argument)
{
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + patience;

	while (!condition(argument)) {
		assert_true(clock_read(CLOCK_MONOTONIC) < deadline);
		poll(NULL, 0, 1);
	}
}

static inline const char *instance_of(pid_t pid)
{
	static char path[64];

	snprintf(path, sizeof path, TRACING "/instances/closewait-%d", (int)pid);
	return path;
}

static inline bool is_there(const void *path)
{
	return !access(path, F_OK);
}

static struct tracepoints *events; /* closed behind every test, whatever became of it */

static inline void open_events(void)
{
	char message[256] = "";
	int status = tracepoints_open(&events, message, sizeof message);

	if (status)
		fail_msg("%d: %s", status, message);
	assert_true(is_there(instance_of(getpid())));
}

static inline void close_events(void)
{
	tracepoints_close(events);
	events = NULL;
}

static inline int tear_down(void **state)
{
	(void)state;
	close_events();
	return 0;
}

#endif
