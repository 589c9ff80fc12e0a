/*
 * traces: traces with outcomes made by hand, and their text.
 */
#ifndef CLOSEWAIT_TEST_TRACES_H
#define CLOSEWAIT_TEST_TRACES_H

#include "check.h"
#include "trace/trace.h"

static const struct version kernel = {6, 12, 0};

/* Gives step i of trace the result that text has. */
static inline void observe(struct trace *trace, int i, const char *text)
{
	const struct step *step = &trace->experiment->script[i].step;
	struct result result = {.kind = RESULT_DONE};
	struct words words;
	const char *what;
	int at;

	assert_true(text_cut(&words, text, strlen(text), &at, &what));
	if (words.count)
		assert_int_equal(
			result_parse(&result, step_form(step), words.word, words.count, &at, &what),
			words.count);
	trace->observation[i].outcome.result = result;
	trace->observation[i].reached = true;
	trace->reached = i + 1;
}

/* The trace of text with the outcomes up to a NULL. Free both with trace_end. */
static inline struct trace *trace_of(const char *text, const char *const *outcomes)
{
	struct trace *trace = trace_new(parse_good(text), FAMILY_TCP4, kernel);

	assert_non_null(trace);
	for (int i = 0; outcomes[i]; i++)
		observe(trace, i, outcomes[i]);
	trace_judge(trace);
	return trace;
}

static inline void trace_end(struct trace *trace)
{
	experiment_free((struct experiment *)(uintptr_t)trace->experiment);
	trace_free(trace);
}

static inline char *trace_text(const struct trace *trace, bool colour)
{
	struct print print;

	print_open(&print);
	trace_print(trace, colour, print.out);
	return print_take(&print);
}

#endif
