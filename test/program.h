/*
 * program: runs the program as a shell would, and holds its exit status, stdout and stderr against
 * what is expected.
 */
#ifndef TEST_PROGRAM_H
#define TEST_PROGRAM_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS = 12 }; /* of the program, at most */

struct call {
	const char *arguments[ARGUMENTS];
	const char *input; /* on stdin */
	int status;
	const char *output; /* a part of stdout; NULL: nothing at all */
	const char *error;  /* the whole of stderr; NULL: nothing at all */
};

/* Runs in the child before the program, unless NULL; false ends it. */
static bool (*prepare)(void);

static inline int temporary(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static inline char *content(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = calloc(1, (size_t)size + 1);

	assert_int_equal(pread(fd, text, (size_t)size, 0), size);
	close(fd);
	return text;
}

/* The child: a descriptor runs the program even where its path is closed to another user. */
static inline _Noreturn void execute(const struct call *call, int program, const int io[3])
{
	char *argv[ARGUMENTS + 2] = {PROGRAM};

	for (int i = 0; i < ARGUMENTS && call->arguments[i]; i++)
		argv[i + 1] = (char *)(uintptr_t)call->arguments[i];
	for (int i = 0; i < 3; i++)
		if (dup2(io[i], i) < 0)
			_exit(125);
	if (prepare && !prepare())
		_exit(126);
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); /* what the test's caller left open */
	prctl(PR_SET_PDEATHSIG, SIGKILL);         /* a test that gives up leaves nothing running */
	fexecve(program, argv, environ);
	_exit(127);
}

/* Starts it, and does not wait. */
static inline pid_t start(const struct call *call, int in, int out, int err)
{
	int program = open(PROGRAM, O_RDONLY | O_CLOEXEC);

	assert_true(program >= 0);
	fflush(NULL);
	pid_t pid = fork();

	if (!pid)
		execute(call, program, (const int[]){in, out, err});
	close(program);
	assert_true(pid > 0);
	return pid;
}

static inline int run(const struct call *call, int in, int out, int err)
{
	int status;
	pid_t pid = start(call, in, out, err);

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* What it prints, for free(3). */
static inline char *output_of(const struct call *call)
{
	int in = temporary(call->input ? call->input : ""), out = temporary(""),
	    err = temporary("");

	assert_int_equal(run(call, in, out, err), call->status);
	close(in);
	close(err);
	return content(out);
}

/* Of many traces what deviates, a line each: cmocka cuts what is printed at once. */
static inline void print_deviations(char *output)
{
	const char *title = "";

	for (char *line; (line = strsep(&output, "\n"));) {
		if (!strncmp(line, "# ", 2) && strchr(line + 2, ' '))
			title = line;
		if (*line && strchr("-+!", *line))
			print_error("%s: %s\n", title, line);
	}
}

static inline void check(const struct call *call)
{
	int in = temporary(call->input ? call->input : ""), out = temporary(""),
	    err = temporary("");
	int status = run(call, in, out, err);
	char *output = content(out), *error = content(err);

	if (status != call->status)
		print_error("%s %s:\n%s%s", call->arguments[0], call->arguments[1], output, error);
	if (status != call->status)
		print_deviations(output);
	assert_int_equal(status, call->status);
	if (call->output && !strstr(output, call->output))
		fail_msg("expected on stdout:\n%s\ngot:\n%s", call->output, output);
	if (!call->output)
		assert_string_equal(output, "");
	assert_string_equal(error, call->error ? call->error : "");
	close(in);
	free(output);
	free(error);
}

#endif
