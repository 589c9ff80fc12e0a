/*
 * cost: what one run of a program costs, from start to exit. Prints a line a run: nanoseconds, and
 * the peak resident KiB of the largest process it was, over all runs so far. The program's output
 * is dropped. usage: cost RUNS PROGRAM [ARGUMENT]...
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void one_run(char **command, const posix_spawn_file_actions_t *actions)
{
	pid_t pid;
	int status;
	int error = posix_spawn(&pid, command[0], actions, NULL, command, environ);

	if (error) {
		fprintf(stderr, "cost: %s: %s\n", command[0], strerror(error));
		exit(3);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "cost: %s did not exit with 0\n", command[0]);
		exit(3);
	}
}

int main(int argc, char **argv)
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	posix_spawn_file_actions_t actions;

	if (runs < 1 || posix_spawn_file_actions_init(&actions) ||
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0))
		return 2;
	for (long i = 0; i < runs; i++) {
		struct rusage usage;
		double begin = now();

		one_run(argv + 2, &actions);
		double end = now();

		/* Of the children and theirs, the largest one (getrusage(2)); this process itself,
		 * whose size a child starts from, is smaller than any C program worth measuring. */
		getrusage(RUSAGE_CHILDREN, &usage);
		printf("%.0f %ld\n", end - begin, usage.ru_maxrss);
	}
	return 0;
}
