#include "trace/trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum status verdict_status(enum verdict verdict)
{
	static const enum status statuses[] = {[VERDICT_EXPECTED] = STATUS_EXPECTED,
		[VERDICT_DEVIATES] = STATUS_DEVIATES,
		[VERDICT_SKIPPED] = STATUS_SKIPPED,
		[VERDICT_ERROR] = STATUS_ENVIRONMENT};

	return statuses[verdict];
}

struct trace *trace_new(
	const struct experiment *experiment, enum family family, struct version kernel)
{
	struct trace *trace = calloc(1, sizeof *trace);
	struct model model = model_new(family, kernel);

	if (!trace)
		return NULL;
	*trace = (struct trace){.experiment = experiment, .family = family, .kernel = kernel};
	trace->record = calloc((size_t)experiment->plan_count, sizeof *trace->record);
	trace->plan_capture = calloc((size_t)experiment->wire_count + 1, sizeof(int));
	if (!trace->record || !trace->plan_capture) {
		trace_free(trace);
		return NULL;
	}
	for (int i = 0; i < experiment->plan_count; i++)
		trace->record[i].prediction = model_predict(&model, &experiment->plan[i].step);
	trace_restart(trace);
	return trace;
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	free(trace->record);
	free(trace->capture);
	free(trace->capture_plan);
	free(trace->common);
	free(trace->plan_capture);
	free(trace->event);
	free(trace->counters);
	free(trace);
}

void trace_restart(struct trace *trace)
{
	for (int i = 0; i < trace->experiment->plan_count; i++) {
		struct record *record = &trace->record[i];

		*record = (struct record){.prediction = record->prediction};
	}
	for (int i = 0; i < trace->experiment->wire_count; i++)
		trace->plan_capture[i] = -1;
	free(trace->counters);
	trace->counters = NULL;
	trace->capture_count = trace->event_count = 0;
	trace->reached = trace->deviations = 0;
	trace->verdict = VERDICT_EXPECTED;
	trace->reason[0] = '\0';
}

bool trace_fail(struct trace *trace, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(trace->reason, sizeof trace->reason, format, arguments);
	va_end(arguments);
	trace->verdict = VERDICT_ERROR;
	trace->deviations = 0;
	return false;
}

struct result trace_expected(const struct trace *trace, int i)
{
	const struct plan *plan = &trace->experiment->plan[i];
	const struct expectation *e = plan_expectation(plan, trace->family, trace->kernel);

	if (e)
		return e->result;
	return (struct result){
		.kind = step_form(&plan->step) == FORM_AWAIT ? RESULT_DONE : RESULT_NONE};
}

struct answers trace_answers(const struct trace *trace, int i)
{
	const struct record *record = &trace->record[i];
	struct answers a = {.expected = trace_expected(trace, i),
		.predicted = record->prediction.result,
		.observed = record->outcome.result};

	if (!record->reached)
		a.observed = (struct result){0};
	a.expected_holds = results_agree(&a.expected, &a.observed);
	/* A step that does not end is never what someone who says nothing expects. */
	if (a.observed.kind == RESULT_TIMEOUT && a.expected.kind != RESULT_TIMEOUT)
		a.expected_holds = false;
	a.predicted_holds = results_agree(&a.predicted, &a.observed) &&
			    results_agree(&a.predicted, &a.expected);
	return a;
}

bool trace_deviates(const struct trace *trace, int i)
{
	struct answers a = trace_answers(trace, i);

	return !trace->record[i].reached || !a.expected_holds || !a.predicted_holds;
}

void trace_judge(struct trace *trace)
{
	if (trace->verdict == VERDICT_SKIPPED || trace->verdict == VERDICT_ERROR)
		return;
	trace->deviations = 0;
	for (int i = 0; i < trace->experiment->plan_count; i++)
		trace->deviations += trace_deviates(trace, i);
	trace_match(trace);
	for (int i = 0; i < trace->experiment->wire_count; i++)
		trace->deviations += trace_expects_packet(trace, i) && trace->plan_capture[i] < 0;
	for (int i = 0; i < trace->capture_count; i++)
		trace->deviations += trace_unexpected(trace, i);
	trace->verdict = trace->deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED;
}

void trace_judge_predictions(struct trace *trace)
{
	trace->deviations = 0;
	for (int i = 0; i < trace->experiment->plan_count; i++) {
		struct result expected = trace_expected(trace, i);

		trace->deviations += !results_agree(&expected, &trace->record[i].prediction.result);
	}
	trace->verdict = trace->deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED;
}
