/*
 * closewait_cmocka: assertions on a trace for cmocka tests. Include cmocka.h and its prerequisites
 * first.
 *
 * Where one fails, what deviates is printed first, then the whole trace. A trace of NULL fails.
 *
 * Assert in the process that runs the test only, and in its thread: a cmocka assertion that fails
 * in a forked child goes unnoticed.
 */
#ifndef CLOSEWAIT_CMOCKA_H
#define CLOSEWAIT_CMOCKA_H

#include "closewait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The trace is as expected: kernel, model and expectation agree on every step. A trace that was
 * skipped is not. */
#define assert_trace_expected(trace) closewait_assert(closewait_check_expected(trace))

/* The observed trace is this text, comments and spacing left out; otherwise the failure shows a
 * diff. */
#define assert_trace_text(trace, text) closewait_assert(closewait_check_text(trace, text))

/* The client's nth write or send (from 1) returned this, with this errno (0: none). */
#define assert_trace_write(trace, n, returned, error) \
	closewait_assert(closewait_check_write(trace, n, returned, error))

/* From here on nothing is for use outside this header. */

/* Fails the test, in the line of the assertion, after check has printed why. */
#define closewait_assert(check) \
	do { \
		if (!(check)) \
			fail(); \
	} while (0)

/* Prints the lines of text that begin with one of marks; NULL: all. In pieces: what print_error
 * prints at once ends after 1,023 bytes. */
static inline void closewait_print_lines(const char *text, const char *marks)
{
	enum { PIECE = 512 };

	while (*text) {
		size_t length = strcspn(text, "\n");

		for (size_t at = 0; (!marks || strchr(marks, *text)) && at <= length; at += PIECE)
			print_error("%.*s%s", length - at < PIECE ? (int)(length - at) : PIECE,
				text + at, length - at < PIECE ? "\n" : "");
		text += length + (text[length] == '\n');
	}
}

static inline void closewait_print_whole(const struct closewait_trace *trace)
{
	print_error("the whole trace:\n");
	closewait_print_lines(closewait_trace_text(trace), NULL);
}

static inline bool closewait_is_there(const struct closewait_trace *trace)
{
	if (!trace)
		print_error("there is no trace: closewait_run's message says why\n");
	return trace;
}

static inline bool closewait_check_expected(const struct closewait_trace *trace)
{
	if (!closewait_is_there(trace))
		return false;
	switch (closewait_trace_verdict(trace)) {
	case CLOSEWAIT_EXPECTED:
		return true;
	case CLOSEWAIT_DEVIATES:
		print_error("the trace on %s is not as expected, deviations: %d\n",
			closewait_trace_family(trace), closewait_trace_deviations(trace));
		closewait_print_lines(closewait_trace_text(trace), "-+!");
		break;
	case CLOSEWAIT_ENVIRONMENT:
	case CLOSEWAIT_SKIPPED:
		print_error("the run on %s was %s: %s\n", closewait_trace_family(trace),
			closewait_trace_verdict(trace) == CLOSEWAIT_SKIPPED ? "skipped"
									    : "not finished",
			closewait_trace_reason(trace));
		break;
	}
	closewait_print_whole(trace);
	return false;
}

static inline bool closewait_check_text(const struct closewait_trace *trace, const char *text)
{
	if (!closewait_is_there(trace))
		return false;
	char *diff = closewait_trace_diff(trace, text);

	if (!diff && !errno)
		return true;
	if (!diff) {
		print_error("cannot compare the trace with the text: %s\n", strerror(errno));
		return false;
	}
	print_error("the trace differs ('-' asserted, '+' observed):\n");
	closewait_print_lines(diff, "-+");
	print_error("the whole diff:\n");
	closewait_print_lines(diff, NULL);
	free(diff);
	return false;
}

static inline bool closewait_check_write(
	const struct closewait_trace *trace, int n, long returned, int error)
{
	long got = 0;
	int got_error = 0;

	if (!closewait_is_there(trace))
		return false;
	bool there = closewait_trace_write(trace, n, &got, &got_error);

	if (there && got == returned && got_error == error)
		return true;
	if (there)
		print_error("write %d: asserted %ld %s, observed %ld %s\n", n, returned,
			error ? strerror(error) : "", got, got_error ? strerror(got_error) : "");
	else
		print_error("write %d: the trace has none\n", n);
	closewait_print_whole(trace);
	return false;
}

#endif
