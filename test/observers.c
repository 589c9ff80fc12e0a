/*
 * observers: what the sandbox and the capture cost to set up. Prints a line a run: nanoseconds of
 * sandbox_enter, of capture_open and of capture_close, each run in a process of its own. usage:
 * observers RUNS
 */
#include "util/clock.h"
#include "observe/sandbox.h"
#include "observe/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int measure(void)
{
	struct sandbox sandbox;
	struct capture *wire;
	char why[256];
	int64_t t[4];

	t[0] = clock_read(CLOCK_MONOTONIC);
	sandbox_enter(&sandbox, why, sizeof why);
	int status = sandbox.entered ? 0 : -EPERM;

	t[1] = clock_read(CLOCK_MONOTONIC);
	if (!status)
		status = capture_open(&wire, NULL, why, sizeof why);
	t[2] = clock_read(CLOCK_MONOTONIC);
	if (status) {
		fprintf(stderr, "%s\n", why);
		return 3;
	}
	capture_close(wire);
	t[3] = clock_read(CLOCK_MONOTONIC);
	printf("%lld %lld %lld\n", (long long)(t[1] - t[0]), (long long)(t[2] - t[1]),
		(long long)(t[3] - t[2]));
	return 0;
}

int main(int argc, char **argv)
{
	long runs = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	int status = runs > 0 ? 0 : 2;

	while (!status && runs-- > 0) {
		pid_t pid = fork();

		if (!pid)
			return measure();
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			return 3;
		status = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
	}
	return status;
}
