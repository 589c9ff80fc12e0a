#include "trace/trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const struct symbol verdicts[] = {
	{"expected", VERDICT_EXPECTED},
	{"deviates", VERDICT_DEVIATES},
	{"skipped", VERDICT_SKIPPED},
	{"error", VERDICT_ERROR},
	{NULL, 0},
};

const char *verdict_text(enum verdict verdict)
{
	return verdict == VERDICT_EXPECTED ? "as expected" : symbol_text(verdicts, verdict);
}

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
	struct worlds worlds;

	if (!trace)
		return NULL;
	*trace = (struct trace){.experiment = experiment, .family = family, .kernel = kernel};
	trace->observation = calloc((size_t)experiment->step_count, sizeof *trace->observation);
	trace->expected_capture = calloc((size_t)experiment->wire_count + 1, sizeof(int));
	if (!trace->observation || !trace->expected_capture) {
		trace_free(trace);
		return NULL;
	}
	worlds_begin(&worlds, model_of(experiment, family, kernel));
	for (int i = 0; i < experiment->step_count; i++)
		trace->observation[i].prediction =
			worlds_predict(&worlds, &experiment->script[i].step);
	trace_restart(trace);
	return trace;
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	free(trace->observation);
	free(trace->capture);
	free(trace->capture_expected);
	free(trace->common);
	free(trace->expected_capture);
	free(trace->event);
	free(trace->counters);
	free(trace);
}

void trace_restart(struct trace *trace)
{
	for (int i = 0; i < trace->experiment->step_count; i++) {
		struct observation *observation = &trace->observation[i];

		*observation = (struct observation){.prediction = observation->prediction};
	}
	for (int i = 0; i < trace->experiment->wire_count; i++)
		trace->expected_capture[i] = -1;
	free(trace->counters);
	trace->counters = NULL;
	trace->capture_count = trace->event_count = 0;
	trace->reached = trace->deviations = trace->unasserted = 0;
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
