/*
 * reads: what other programs say to a text: does it read as what it claims to be?
 */
#ifndef CLOSEWAIT_TEST_READS_H
#define CLOSEWAIT_TEST_READS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_THERE = 127 /* as a shell has it */ };

/* The exit status of a program that reads text on its stdin; what it says goes nowhere. */
static inline int status_of_reader(char *const *argv, const char *text)
{
	int in = memfd_create("text", MFD_CLOEXEC), status;

	assert_int_equal(write(in, text, strlen(text)), strlen(text));
	lseek(in, 0, SEEK_SET);
	fflush(NULL);
	pid_t pid = fork();

	if (!pid) {
		int nowhere = open("/dev/null", O_WRONLY);

		dup2(in, 0);
		dup2(nowhere, 1);
		dup2(nowhere, 2);
		execvp(argv[0], argv);
		_exit(NOT_THERE);
	}
	close(in);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline void assert_status_of_reader(char *const *argv, const char *text, int expected)
{
	int status = status_of_reader(argv, text);

	if (status == NOT_THERE)
		print_message("%s is not there to read it\n", argv[0]);
	else if (status != expected)
		fail_msg("%s says %d, not %d, to:\n%s", argv[0], status, expected, text);
}

/* Is it well-formed XML? */
static inline void assert_xml(const char *text)
{
	assert_status_of_reader((char *[]){"xmllint", "--noout", "-", NULL}, text, 0);
}

/* Does prove(1) end with this status? 0: every point is there, and ok; 1: not so; 255: Bail out! */
static inline void assert_tap(const char *text, int status)
{
	assert_status_of_reader((char *[]){"prove", "-e", "cat", "/dev/stdin", NULL}, text, status);
}

/* The next of the lines at *text as a JSON object, the caller's; *text is behind it then. */
static inline json_t *next_object(const char **text)
{
	json_error_t error;
	const char *end = strchr(*text, '\n');

	assert_non_null(end);
	json_t *object = json_loadb(*text, (size_t)(end - *text), JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(object))
		fail_msg("%s in: %.*s", error.text, (int)(end - *text), *text);
	*text = end + 1;
	return object;
}

static inline void assert_json_string(const json_t *object, const char *key, const char *value)
{
	const char *got = json_string_value(json_object_get(object, key));

	if (!value)
		assert_null(json_object_get(object, key));
	else if (!got || strcmp(got, value) != 0)
		fail_msg("%s: expected %s, got %s", key, value, got ? got : "nothing");
}

static inline void assert_json_integer(const json_t *object, const char *key, long value)
{
	const json_t *got = json_object_get(object, key);

	assert_true(json_is_integer(got));
	assert_int_equal(json_integer_value(got), value);
}

static inline void assert_json_bool(const json_t *object, const char *key, bool value)
{
	const json_t *got = json_object_get(object, key);

	assert_true(json_is_boolean(got));
	assert_int_equal(json_is_true(got), value);
}

#endif
