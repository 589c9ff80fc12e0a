/*
 * check: what the tests share: cmocka behind its prerequisites, parsing a text that must be good or
 * must be bad, and printing into a string.
 */
#ifndef CLOSEWAIT_TEST_CHECK_H
#define CLOSEWAIT_TEST_CHECK_H

#include "language/experiment.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A stream into a string: write to out, then take the text, which is the caller's to free. */
struct print {
	FILE *out;
	char *text;
	size_t size;
};

static inline void print_open(struct print *print)
{
	print->out = open_memstream(&print->text, &print->size);
	assert_non_null(print->out);
}

static inline char *print_take(struct print *print)
{
	assert_int_equal(fclose(print->out), 0);
	return print->text;
}

/* Parses a text that has no errors. */
static inline struct experiment *parse_good(const char *text)
{
	struct print errors;

	print_open(&errors);
	struct experiment *e = experiment_parse("good", text, strlen(text), errors.out);
	char *said = print_take(&errors);

	if (!e || said[0])
		fail_msg("expected no errors in:\n%s\nbut there are:\n%s", text, said);
	free(said);
	return e;
}

/* Parses a text that has errors; returns the messages. */
static inline char *parse_bad(const char *text, size_t size)
{
	struct print errors;

	print_open(&errors);
	errno = 0;
	struct experiment *e = experiment_parse("bad", text, size, errors.out);
	int error = errno;
	char *said = print_take(&errors);

	if (e)
		fail_msg("expected errors in:\n%.*s", (int)size, text);
	assert_int_equal(error, EINVAL);
	return said;
}

#endif
