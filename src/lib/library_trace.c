#include "lib/library_trace.h"

#include "util/memstream.h"

#include <errno.h>
#include <string.h>

struct closewait_trace *library_trace_new(
	struct experiment *experiment, enum family family, struct version kernel)
{
	struct closewait_trace *t = calloc(1, sizeof *t);

	if (!t) {
		experiment_free(experiment);
		return NULL;
	}
	t->experiment = experiment;
	snprintf(t->kernel, sizeof t->kernel, "%d.%d.%d", kernel.major, kernel.minor, kernel.patch);
	t->trace = trace_new(experiment, family, kernel);
	t->step = calloc((size_t)experiment->step_count + 1, sizeof *t->step);
	if (t->trace && t->step)
		return t;
	closewait_trace_free(t);
	return NULL;
}

static void print_step(struct closewait_trace *t, int i)
{
	struct step_texts *texts = &t->step[i];
	struct answers a = trace_answers(t->trace, i);

	step_text(&t->experiment->script[i].step, texts->text, sizeof texts->text);
	result_text(&a.observed, texts->observed, sizeof texts->observed);
	result_text(&a.expected, texts->expected, sizeof texts->expected);
	result_text(&a.predicted, texts->predicted, sizeof texts->predicted);
	const struct payload *data = &t->trace->observation[i].outcome.result.data;

	if (data->there)
		payload_text(data, texts->data, sizeof texts->data);
}

static bool print_whole(struct closewait_trace *t)
{
	size_t length;
	FILE *out = open_memstream(&t->text, &length);

	if (!out)
		return false;
	trace_print(t->trace, false, out);
	return memory_close(out, &t->text);
}

bool library_trace_finish(struct closewait_trace *t, const char *context)
{
	int packets = t->trace->capture_count;

	t->context = strdup(context);
	t->trace->context = t->context;
	t->packet = calloc((size_t)packets + 1, sizeof *t->packet);
	if (!t->context || !t->packet || !print_whole(t))
		return false;
	for (int i = 0; i < t->experiment->step_count; i++)
		print_step(t, i);
	for (int i = 0; i < packets; i++)
		packet_text(&t->trace->capture[i].packet, t->packet[i], sizeof t->packet[i]);
	return true;
}

PUBLIC void closewait_trace_free(struct closewait_trace *t)
{
	if (!t)
		return;
	trace_free(t->trace);
	experiment_free(t->experiment);
	free(t->context);
	free(t->text);
	free(t->step);
	free(t->packet);
	free(t);
}

PUBLIC enum closewait_verdict closewait_trace_verdict(const struct closewait_trace *t)
{
	static const enum closewait_verdict of_verdict[] = {[VERDICT_EXPECTED] = CLOSEWAIT_EXPECTED,
		[VERDICT_DEVIATES] = CLOSEWAIT_DEVIATES,
		[VERDICT_SKIPPED] = CLOSEWAIT_SKIPPED,
		[VERDICT_ERROR] = CLOSEWAIT_ENVIRONMENT};

	return of_verdict[t->trace->verdict];
}

PUBLIC const char *closewait_trace_reason(const struct closewait_trace *t)
{
	return t->trace->reason;
}

PUBLIC int closewait_trace_deviations(const struct closewait_trace *t)
{
	return t->trace->deviations;
}

PUBLIC const char *closewait_trace_text(const struct closewait_trace *t)
{
	return t->text;
}

PUBLIC const char *closewait_trace_family(const struct closewait_trace *t)
{
	return family_name(t->trace->family);
}

PUBLIC const char *closewait_trace_kernel(const struct closewait_trace *t)
{
	return t->kernel;
}

PUBLIC int closewait_trace_steps(const struct closewait_trace *t)
{
	return t->experiment->step_count;
}

/* The number behind the result's text. */
static long number_of(const struct result *result)
{
	switch (result->kind) {
	case RESULT_NUMBER:
	case RESULT_ERRNO:
	case RESULT_STATE:
	case RESULT_EVENTS:
	case RESULT_EPOLL:
	case RESULT_SETS:
	case RESULT_PAIR:
		return result->value;
	case RESULT_ERROR:
		return -1;
	case RESULT_NONE:
	case RESULT_DONE:
	case RESULT_RELATION:
	case RESULT_TIMEOUT:
	case RESULT_UNKNOWN:
	case RESULT_FAILED:
	case RESULT_LACKING:
		break;
	}
	return 0;
}

static int error_of(const struct result *result)
{
	return result->kind == RESULT_ERROR ? (int)result->value : 0;
}

PUBLIC bool closewait_trace_step(
	const struct closewait_trace *t, int n, struct closewait_step *step)
{
	if (n < 1 || n > t->experiment->step_count)
		return false;
	int i = n - 1;
	const struct observation *observation = &t->trace->observation[i];
	const struct step_texts *texts = &t->step[i];
	struct answers a = trace_answers(t->trace, i);

	*step = (struct closewait_step){.who = who_text(t->experiment->script[i].step.who),
		.text = texts->text,
		.observed = texts->observed,
		.expected = texts->expected,
		.predicted = texts->predicted,
		.data = texts->data,
		.note = observation->note ? observation->note : "",
		.returned = number_of(&a.observed),
		.error = error_of(&a.observed),
		.signal = a.observed.signal,
		.reached = observation->reached,
		.deviates = t->trace->verdict == VERDICT_DEVIATES && trace_deviates(t->trace, i)};
	return true;
}

PUBLIC int closewait_trace_packets(const struct closewait_trace *t)
{
	return t->trace->wire == WIRE_NONE ? -1 : t->trace->capture_count;
}

PUBLIC const char *closewait_trace_packet(const struct closewait_trace *t, int n)
{
	return n < 1 || n > t->trace->capture_count ? NULL : t->packet[n - 1];
}

PUBLIC bool closewait_trace_write(
	const struct closewait_trace *t, int n, long *returned, int *error)
{
	for (int i = 0; i < t->trace->reached; i++) {
		const struct step *step = &t->experiment->script[i].step;
		const struct result *result = &t->trace->observation[i].outcome.result;

		if (step->who != CLIENT || !(step->operation->flags & SENDS) || --n)
			continue;
		if (error)
			*error = error_of(result);
		if (returned)
			*returned = number_of(result);
		return result->kind == RESULT_ERROR || result->kind == RESULT_NUMBER;
	}
	return false;
}

PUBLIC char *closewait_trace_diff(const struct closewait_trace *t, const char *text)
{
	if (text)
		return trace_diff(t->trace, text);
	errno = EINVAL;
	return NULL;
}
