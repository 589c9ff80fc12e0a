#include "util/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

void child_begin(pid_t parent, const char *name)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0); /* it died before the line above */
	prctl(PR_SET_NAME, name);
}

int child_keep(int *descriptor, int count)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int first = STDERR_FILENO + 1;

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		return -errno;
	/* Out of the way of those before them. */
	for (int i = 0; i < count; i++)
		if ((descriptor[i] = fcntl(descriptor[i], F_DUPFD, first + count)) < 0)
			return -errno;
	for (int i = 0; i < count; i++)
		if ((descriptor[i] = dup2(descriptor[i], first + i)) < 0)
			return -errno;
	/* gVisor takes a last descriptor above INT_MAX for a negative one. */
	return close_range((unsigned)(first + count), INT_MAX, 0) ? -errno : 0;
}
