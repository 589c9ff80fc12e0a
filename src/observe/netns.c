#include "observe/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the maker tells; both processes are one program image, so the pointer holds in both. */
struct made {
	int status;
	int with_user; /* 1: it left the user namespace, too */
	const char *what;
};

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		errno = 0; /* without the mapping there are other numbers, and no less is seen */
	close(fd);
}

/* In the new user namespace the caller is who it was: a program that is run there may ask. */
static void map_ids(uid_t user, gid_t group)
{
	char text[64];

	snprintf(text, sizeof text, "%u %u 1", user, user);
	write_file("/proc/self/uid_map", text);
	write_file("/proc/self/setgroups", "deny"); /* before gid_map: user_namespaces(7) */
	snprintf(text, sizeof text, "%u %u 1", group, group);
	write_file("/proc/self/gid_map", text);
}

/* With CAP_SYS_ADMIN a network namespace can be had without a user namespace. */
static struct made make(netns_prepare *prepare)
{
	struct made made = {.with_user = unshare(CLONE_NEWNET) != 0, .what = "unshare"};

	uid_t user = geteuid();
	gid_t group = getegid();

	if (made.with_user && unshare(CLONE_NEWNET | CLONE_NEWUSER))
		made.status = -errno;
	else if (made.with_user)
		map_ids(user, group);
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

static int open_namespace(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The user namespace first: it gives the right to enter the other. */
static int enter(pid_t pid, bool with_user)
{
	int user = with_user ? open_namespace(pid, "user") : -1, net = open_namespace(pid, "net");
	int status = net < 0 || (with_user && user < 0) ? -errno : 0;

	if (!status && ((with_user && setns(user, CLONE_NEWUSER)) || setns(net, CLONE_NEWNET)))
		status = -errno;
	if (user >= 0)
		close(user);
	if (net >= 0)
		close(net);
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
		status = enter(pid, made.with_user);
	}
	close(pair[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return status;
}
