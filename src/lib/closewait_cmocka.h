/*
 * closewait_cmocka: assertions on a trace for cmocka tests. Include cmocka.h and its prerequisites
 * first.
 *
 * Assert in the process that opened the session only: a cmocka assertion that fails in a forked
 * child goes unnoticed.
 */
#ifndef CLOSEWAIT_CMOCKA_H
#define CLOSEWAIT_CMOCKA_H

#include "closewait.h"

#include <stdlib.h>
#include <string.h>

/* The trace is as expected: kernel, model and expectation agree on every step. */
#define assert_trace_expected(trace) closewait_assert_expected(trace, __FILE__, __LINE__)

/* The observed trace is this text, comments and spacing left out; otherwise the failure shows a
 * diff. */
#define assert_trace_text(trace, text) closewait_assert_text(trace, text, __FILE__, __LINE__)

/* The client's nth write or send (from 1) returned this, with this errno (0: none). */
#define assert_trace_write(trace, n, returned, error) \
	closewait_assert_write(trace, n, returned, error, __FILE__, __LINE__)

static inline void closewait_assert_expected(
	const struct closewait_trace *trace, const char *file, int line)
{
	if (closewait_trace_verdict(trace) == CLOSEWAIT_EXPECTED)
		return;
	print_error("the trace is not as expected:\n%s", closewait_trace_text(trace));
	_fail(file, line);
}

static inline void closewait_assert_text(
	const struct closewait_trace *trace, const char *text, const char *file, int line)
{
	char *diff = closewait_trace_diff(trace, text);

	if (!diff)
		return;
	print_error("the trace differs ('-' asserted, '+' observed):\n%s", diff);
	free(diff);
	_fail(file, line);
}

static inline void closewait_assert_write(const struct closewait_trace *trace, int n, long returned,
	int error, const char *file, int line)
{
	long got = 0;
	int got_error = 0;
	bool there = closewait_trace_write(trace, n, &got, &got_error);

	if (there && got == returned && got_error == error)
		return;
	if (there)
		print_error("write %d: asserted %ld %s, observed %ld %s\n%s", n, returned,
			error ? strerror(error) : "", got, got_error ? strerror(got_error) : "",
			closewait_trace_text(trace));
	else
		print_error("write %d: the trace has none\n%s", n, closewait_trace_text(trace));
	_fail(file, line);
}

#endif
