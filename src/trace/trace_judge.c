/*
 * trace_judge: trace.h's three answers of a step, and which of them agree.
 */
#include "trace/trace.h"

/* The bytes that came are no part of what another step is expected to give. */
static struct result earlier_result(const struct trace *trace, const struct expectation *e)
{
	const struct observation *observation = &trace->observation[e->as - 1];
	struct result result = e->result, earlier = observation->outcome.result;

	if (!observation->reached)
		return result;
	result.kind = earlier.kind;
	result.value = earlier.value;
	result.second = earlier.second;
	result.signal = earlier.signal;
	return result;
}

struct result trace_expected(const struct trace *trace, int i)
{
	const struct script_step *entry = &trace->experiment->script[i];
	const struct expectation *e = script_step_expectation(entry, trace->family, trace->kernel);

	if (e)
		return e->as ? earlier_result(trace, e) : e->result;
	return (struct result){
		.kind = step_form(&entry->step) == FORM_AWAIT ? RESULT_DONE : RESULT_NONE};
}

/* The bytes that were received are told as far as the experiment tells them: they are no part of a
 * trace where nobody asks for them. */
static void tell_data(struct result *observed, const struct result *expected, bool expected_holds)
{
	if (!expected->data.there)
		observed->data.there = false;
	else if (expected_holds && observed->data.there)
		observed->data = expected->data;
}

static bool in_time(const struct result *expected, const struct outcome *outcome)
{
	int64_t elapsed = outcome->end - outcome->begin, millisecond = 1000000;

	return !expected->timed || (elapsed >= expected->least * millisecond &&
					   elapsed <= expected->most * millisecond);
}

struct answers trace_answers(const struct trace *trace, int i)
{
	const struct observation *observation = &trace->observation[i];
	struct answers a = {.expected = trace_expected(trace, i),
		.predicted = observation->prediction.result,
		.observed = observation->outcome.result};

	if (!observation->reached)
		a.observed = (struct result){0};
	a.expected_holds = results_agree(&a.expected, &a.observed) &&
			   (!observation->reached || in_time(&a.expected, &observation->outcome));
	/* A step that does not end deviates even where the experiment states no result. */
	if (a.observed.kind == RESULT_TIMEOUT && !result_may_be(&a.expected, RESULT_TIMEOUT))
		a.expected_holds = false;
	a.predicted_holds = results_agree(&a.predicted, &a.observed) &&
			    results_agree(&a.predicted, &a.expected);
	tell_data(&a.observed, &a.expected, a.expected_holds);
	return a;
}

bool trace_deviates(const struct trace *trace, int i)
{
	struct answers a = trace_answers(trace, i);

	return !trace->observation[i].reached || !a.expected_holds || !a.predicted_holds;
}

/* Expectations of this family and kernel that this run did not look for: a count outside the
 * sandbox, packets without a capture. */
static int count_unasserted(const struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	int count = 0;

	for (int i = 0; i < trace->reached; i++)
		count += step_applies(&e->script[i].step, trace->family) &&
			 trace_expected(trace, i).kind != RESULT_NONE &&
			 trace->observation[i].outcome.result.kind == RESULT_NONE &&
			 !e->script[i].step.background;
	for (int i = 0; trace->wire == WIRE_NONE && i < e->wire_count; i++)
		count += expected_packet_holds(&e->wire[i], trace->family, trace->kernel);
	return count;
}

void trace_judge(struct trace *trace)
{
	if (trace->verdict == VERDICT_SKIPPED || trace->verdict == VERDICT_ERROR)
		return;
	trace->deviations = 0;
	trace->unasserted = count_unasserted(trace);
	for (int i = 0; i < trace->experiment->step_count; i++)
		trace->deviations += trace_deviates(trace, i);
	trace_match(trace);
	for (int i = 0; i < trace->experiment->wire_count; i++)
		trace->deviations +=
			trace_expects_packet(trace, i) && trace->expected_capture[i] < 0;
	for (int i = 0; i < trace->capture_count; i++)
		trace->deviations += trace_unexpected(trace, i);
	trace->verdict = trace->deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED;
}

void trace_judge_predictions(struct trace *trace)
{
	trace->deviations = 0;
	for (int i = 0; i < trace->experiment->step_count; i++) {
		struct result expected = trace_expected(trace, i);

		trace->deviations +=
			!results_agree(&expected, &trace->observation[i].prediction.result);
	}
	trace->verdict = trace->deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED;
}
