/*
 * trace_assume: trace.h's trace of an experiment that is not run.
 */
#include "trace/trace.h"

enum { STEP_TIME = 1000 /* nanoseconds: that one stands behind the other is all they say */ };

static void assume_step(struct trace *trace, int i)
{
	struct observation *o = &trace->observation[i];
	struct result expected = trace_expected(trace, i);

	o->outcome.result = expected;
	if (expected.kind == RESULT_NONE && o->prediction.result.kind != RESULT_UNKNOWN)
		o->outcome.result = o->prediction.result;
	o->outcome.begin = (int64_t)(i + 1) * STEP_TIME;
	o->outcome.end = o->outcome.begin + STEP_TIME - 1;
	o->reached = true;
}

bool trace_assume(struct trace *trace)
{
	const struct experiment *e = trace->experiment;

	for (int i = 0; i < e->step_count; i++)
		assume_step(trace, i);
	trace->reached = e->step_count;
	trace->wire = WIRE_BRIEF;
	for (int i = 0; i < e->wire_count; i++) {
		const struct captured_packet c = {.packet = e->wire[i].packet,
			.time = (int64_t)(e->wire[i].step + 1) * STEP_TIME + i + 1};

		if (trace_expects_packet(trace, i) && trace_add_capture(trace, &c))
			return false;
	}
	return !trace->capture_count || trace_match(trace) >= 0;
}
