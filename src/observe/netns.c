#include "observe/netns.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the maker tells; both processes are one program image, so the pointer holds in both. */
struct made {
	int status, namespaces; /* CLONE_NEW...: those that it left */
	const char *what;
};

/* With CAP_SYS_ADMIN a network namespace can be had without a user namespace. */
static struct made make(netns_prepare *prepare)
{
	struct made made = {.namespaces = CLONE_NEWNET, .what = "unshare"};

	if (unshare(CLONE_NEWNET)) {
		made.namespaces |= CLONE_NEWUSER;
		made.status = unshare(CLONE_NEWNET | CLONE_NEWUSER) ? -errno : 0;
	}
	if (!made.status)
		made.status = prepare(&made.what);
	return made;
}

/* The maker's process: it stays until the namespaces are entered, or the other process has ended.
 */
static _Noreturn void maker(int control, int other, netns_prepare *prepare)
{
	char nothing;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "closewait-netns");
	close(other);
	struct made made = make(prepare);

	send(control, &made, sizeof made, MSG_NOSIGNAL);
	while (recv(control, &nothing, sizeof nothing, 0) < 0 && errno == EINTR)
		;
	_exit(0);
}

static int enter(pid_t pid, int namespaces)
{
	int pidfd = pidfd_open(pid, 0);
	int status = pidfd < 0 || setns(pidfd, namespaces) ? -errno : 0;

	if (pidfd >= 0)
		close(pidfd);
	return status;
}

static int receive(int control, struct made *made)
{
	ssize_t n;

	do
		n = recv(control, made, sizeof *made, 0);
	while (n < 0 && errno == EINTR);
	return n == sizeof *made ? made->status : -EPIPE;
}

int netns_enter(netns_prepare *prepare, const char **what)
{
	int pair[2];
	struct made made = {.what = "the process that makes it"};

	*what = "socketpair";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	*what = "fork";
	pid_t pid = fork();

	if (!pid)
		maker(pair[1], pair[0], prepare);
	int status = pid < 0 ? -errno : 0;

	close(pair[1]);
	if (pid > 0) {
		status = receive(pair[0], &made);
		*what = made.what;
	}
	if (!status) {
		*what = "setns";
		status = enter(pid, made.namespaces);
	}
	close(pair[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return status;
}
