/*
 * tracer_start: tracer.h's start of a program: a child that waits until it is traced, installs the
 * filter, and becomes the program.
 */
#include "tracer/filter.h"
#include "tracer/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child could not do. */
struct report {
	int status; /* a negative errno */
	bool filter;
};

static _Noreturn void give_up(int report, int status, bool filter)
{
	struct report r = {status, filter};

	/* Not by write(2), which the filter may have stop the process for a tracer. */
	send(report, &r, sizeof r, MSG_NOSIGNAL);
	_exit(127);
}

/* The child. Its parent has taken it for a tracee when it says so, or is gone. */
static _Noreturn void child(int control, const struct tracer_options *options)
{
	char nothing;

	if (recv(control, &nothing, 1, 0) <= 0)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	/* Those of this process are closed anyhow; before Linux 5.11 what it inherited is not. */
	close_range(STDERR_FILENO + 1, INT_MAX, CLOSE_RANGE_CLOEXEC);
	sigprocmask(SIG_SETMASK, options->mask, NULL);
	int status = filter_install(options->sleeps);

	if (status)
		give_up(control, status, true);
	execvpe(options->argv[0], options->argv, options->environment);
	give_up(control, -errno, false);
}

/* Takes the child for a tracee, and lets it go on. */
static int seize(pid_t pid, int control, bool exits)
{
	const long options = (exits ? PTRACE_O_TRACEEXIT : 0) | PTRACE_O_TRACESYSGOOD |
			     PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

	if (ptrace(PTRACE_SEIZE, pid, 0, options))
		return -errno;
	return send(control, "", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int tracer_start(
	struct tracer *tracer, const struct tracer_options *options, char *why, size_t size)
{
	int pair[2];

	*tracer = (struct tracer){0};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
		snprintf(why, size, "socketpair: %s", strerror(errno));
		return -errno;
	}
	pid_t pid = fork();
	int error = errno;

	if (!pid) {
		close(pair[0]);
		child(pair[1], options);
	}
	close(pair[1]);
	tracer->report = pair[0];
	tracer->program = pid;
	int status = pid < 0 ? -error : seize(pid, pair[0], options->exits);

	if (!status)
		return 0;
	snprintf(why, size, "%s: %s", pid < 0 ? "fork" : "ptrace", strerror(-status));
	close(pair[0]); /* the child, which waits for a word, ends */
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	tracer->program = 0;
	return status;
}

int tracer_reason(struct tracer *tracer, const char **what)
{
	struct report report = {0};

	if (recv(tracer->report, &report, sizeof report, MSG_DONTWAIT) <= 0)
		return 0;
	*what = report.filter ? "install the seccomp filter" : "execute";
	return report.status;
}
