#include "observe/tracefs_instance.h"

#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t removal_patience = 5000000000; /* nanoseconds */

/* Not even stdout stays open: a reader that waits for the end of a pipeline must not wait for the
 * keeper. */
static void keep_only(int a, int b)
{
	unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);

	if (low)
		close_range(0, low - 1, 0);
	if (low + 1 < high)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, INT_MAX, 0); /* gVisor: child_keep() */
}

static void remove_instance(const struct tracefs_instance *keeper)
{
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + removal_patience;
	int fd = open(keeper->enable, O_WRONLY | O_CLOEXEC);

	/* rmdir disables the events, too, but may have to wait, or in vain. */
	if (fd >= 0) {
		(void)!write(fd, "0", 1);
		close(fd);
	}
	/* A process that is being killed closes its descriptors one after another: what it had open
	 * of the instance may still be. */
	while (rmdir(keeper->path) && errno == EBUSY && clock_read(CLOCK_MONOTONIC) < deadline)
		poll(NULL, 0, 1);
}

/* The keeper's process. It allocates nothing: a thread of the opener may have held malloc's lock.
 * opener is a pidfd: children of the opener that outlive it may hold the other end of control. It
 * is -1, and never ready, where there are none. */
static _Noreturn void keep(const struct tracefs_instance *keeper, int control, int opener)
{
	struct pollfd end[] = {{.fd = control, .events = POLLIN}, {.fd = opener, .events = POLLIN}};
	sigset_t all;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "closewait-keepr");
	keep_only(control, opener < 0 ? control : opener);
	int status = mkdir(keeper->path, 0700) ? -errno : 0;

	send(control, &status, sizeof status, MSG_NOSIGNAL);
	if (!status) {
		while (poll(end, 2, -1) < 0 && errno == EINTR)
			;
		remove_instance(keeper);
	}
	_exit(0);
}

/* Forks the keeper. Returns what mkdir gave it. */
static int start(struct tracefs_instance *keeper)
{
	int pair[2], opener, status = -EPIPE;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	opener = pidfd_open(getpid(), 0);
	keeper->pid = fork();
	if (!keeper->pid)
		keep(keeper, pair[1], opener);
	if (keeper->pid < 0)
		status = -errno;
	keeper->control = pair[0];
	close(pair[1]);
	if (opener >= 0)
		close(opener);
	while (keeper->pid > 0 && recv(pair[0], &status, sizeof status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int tracefs_instance_start(struct tracefs_instance *keeper, const char *tracing, const char *name)
{
	snprintf(keeper->path, sizeof keeper->path, "%s/instances/%s", tracing, name);
	snprintf(keeper->enable, sizeof keeper->enable, "%s/events/enable", keeper->path);
	return start(keeper);
}

void tracefs_instance_stop(struct tracefs_instance *keeper)
{
	if (!keeper->pid)
		return;
	/* Not by closing alone: a child of this process may have inherited the descriptor. */
	shutdown(keeper->control, SHUT_RDWR);
	close(keeper->control);
	while (keeper->pid > 0 && waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
