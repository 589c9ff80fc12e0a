/*
 * sessions: the library's sessions, for its tests.
 */
#ifndef CLOSEWAIT_TEST_SESSIONS_H
#define CLOSEWAIT_TEST_SESSIONS_H

#include "check.h"
#include "lib/closewait.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 20 /* seconds */ };

/* In a child or a thread, where cmocka's assertions go unnoticed. */
#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s; %s\n", __func__, __LINE__, #condition, why); \
			return false; \
		} \
	} while (0)

static _Thread_local char why[CLOSEWAIT_MESSAGE];

static const char *const classic = "write-after-close";

/* Does it in a process that ends, whatever happens. */
static inline pid_t start_child(bool (*body)(void))
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(PATIENCE);
	_exit(body() ? 0 : 1);
}

static inline void in_child(bool (*body)(void))
{
	int status;
	pid_t pid = start_child(body);

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFSIGNALED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static inline struct closewait *open_plain(int deadline)
{
	return closewait_open(deadline, 0, why, sizeof why);
}

static inline struct closewait *open_sandboxed(void)
{
	return closewait_open(0, CLOSEWAIT_SANDBOX, why, sizeof why);
}

/* Opens a session in a sandbox where that can be had; false where it cannot. */
static inline bool find_sandbox(struct closewait **session)
{
	*session = open_sandboxed();
	return *session && closewait_sandboxed(*session, why, sizeof why);
}

static inline struct closewait_trace *run_it(struct closewait *session, const char *experiment)
{
	return closewait_run(session, experiment, "tcp4", why, sizeof why);
}

#endif
