#include "explore/reduce.h"

#include "run/runner.h"
#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

enum {
	TRIALS = 2, /* runs that must show it before a step is taken out for good */
	KEY_LIMIT = LINE_LIMIT + 2 * RESULT_TEXT + 8,
};

/* What is reduced: the steps that are left, the last of which shows the difference. */
struct reduction {
	struct session *session;
	enum family family;
	int count, waits; /* waits: steps that may wait for the deadline, as the model has it */
	struct step step[STEP_LIMIT];
	const struct difference *difference;
};

static void answer_text(const struct result *result, char *text)
{
	if (result->kind == RESULT_DONE)
		snprintf(text, RESULT_TEXT, "arrives");
	else
		result_text(result, text, RESULT_TEXT);
}

/* What Linux answers to step i: as the model has it, or else the experiment. */
static struct result linux_answer(const struct trace *trace, int i)
{
	struct result predicted = trace->observation[i].prediction.result;

	return predicted.kind == RESULT_UNKNOWN || predicted.kind == RESULT_NONE
		       ? trace_expected(trace, i)
		       : predicted;
}

bool reduce_is_difference(const struct trace *trace, int i)
{
	const struct observation *observation = &trace->observation[i];
	enum result_kind kind = observation->outcome.result.kind;
	struct result expected = linux_answer(trace, i);

	if (!observation->reached || expected.kind == RESULT_NONE || kind == RESULT_NONE ||
		kind == RESULT_FAILED || kind == RESULT_LACKING)
		return false;
	return !results_agree(&expected, &observation->outcome.result);
}

/* The experiment of the steps, each with the model's answer where trace has one; NULL: without. */
static char *steps_text(const struct reduction *r, const struct trace *trace, size_t *size)
{
	char *text = NULL, left[LINE_LIMIT + 1], right[RESULT_TEXT];
	FILE *out = open_memstream(&text, size);

	if (!out)
		return NULL;
	fprintf(out, "use %s\n\n", family_name(r->family));
	for (int i = 0; i < r->count; i++) {
		struct result none = {0};
		const struct result *answer =
			trace ? &trace->observation[i].prediction.result : &none;

		step_text(&r->step[i], left, sizeof left);
		result_text(answer->kind == RESULT_UNKNOWN ? &none : answer, right, sizeof right);
		experiment_print_line(out, left, right, NULL);
		fputc('\n', out);
	}
	return memory_close(out, &text) ? text : NULL;
}

/* The steps as an experiment; NULL when they are not a legal one. */
static struct experiment *parse(const struct reduction *r)
{
	char *text, *errors = NULL;
	size_t size, error_size;
	FILE *out = open_memstream(&errors, &error_size);
	struct experiment *e = NULL;

	text = out ? steps_text(r, NULL, &size) : NULL;
	if (text)
		e = experiment_parse("reduced", text, size, out);
	memory_close(out, &errors);
	free(errors);
	free(text);
	return e;
}

/* Does the model answer the last step as before, and wait no more often? */
static bool is_promising(const struct reduction *r, const struct trace *trace)
{
	char expected[RESULT_TEXT];
	int waits = 0;

	for (int i = 0; i + 1 < r->count; i++)
		waits += trace->observation[i].prediction.result.kind == RESULT_TIMEOUT;
	answer_text(&trace->observation[r->count - 1].prediction.result, expected);
	return waits <= r->waits && !strcmp(expected, r->difference->expected);
}

/* Does a run end with the difference? */
static bool shows(struct reduction *r, struct trace *trace)
{
	char observed[RESULT_TEXT];

	trace_restart(trace);
	session_run(r->session, trace);
	if (trace->verdict != VERDICT_DEVIATES || trace->reached < r->count)
		return false;
	answer_text(&trace->observation[r->count - 1].outcome.result, observed);
	return !strcmp(observed, r->difference->observed);
}

/* How many of so many runs of the steps show it: all, or the first that does not ends it when
 * nothing less will do. */
static int count_shown(struct reduction *r, int runs, bool all, char **text)
{
	struct experiment *e = parse(r);
	struct trace *trace = e ? trace_new(e, r->family, r->session->kernel) : NULL;
	int shown = 0;
	size_t size;

	for (int i = 0; trace && is_promising(r, trace) && i < runs && (!all || shown == i); i++)
		shown += shows(r, trace);
	if (text)
		*text = trace ? steps_text(r, trace, &size) : NULL;
	trace_free(trace);
	experiment_free(e);
	return shown;
}

/* The steps but for length of them from i on. */
static void take_out(const struct reduction *from, int i, int length, struct reduction *to)
{
	to->session = from->session;
	to->family = from->family;
	to->difference = from->difference;
	to->waits = from->waits;
	to->count = 0;
	for (int j = 0; j < from->count; j++)
		if (j < i || j >= i + length)
			to->step[to->count++] = from->step[j];
}

/* Takes out steps, half of them at first and at last one by one, for as long as what is left shows
 * the difference; the last step always stays. */
static void shrink(struct reduction *r, struct reduction *shorter)
{
	for (int length = r->count / 2 ? r->count / 2 : 1; length; length /= 2)
		for (int i = r->count - 1 - length; i >= 0; i--) {
			take_out(r, i, length, shorter);
			if (count_shown(shorter, TRIALS, true, NULL) < TRIALS)
				continue;
			*r = *shorter;
			/* What was needed before may be needless now. */
			i = r->count - length;
		}
}

/* Was it reduced before, here or in another process? From now on it was. FNV-1a. */
static bool is_known(struct reduced *reduced, const struct difference *difference)
{
	const char *call = strchr(difference->call, ' ');
	char key[KEY_LIMIT];
	uint64_t hash = 14695981039346656037U;

	snprintf(key, sizeof key, "%s = %s, %s", call ? call : difference->call,
		difference->expected, difference->observed);
	for (const char *at = key; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211U;
	for (int i = 0; i < REDUCED_LIMIT; i++) {
		uint64_t there = 0;

		if (atomic_compare_exchange_strong(&reduced->key[i], &there, hash))
			return false;
		if (there == hash)
			return true;
	}
	return true;
}

static void describe(const struct trace *trace, int i, struct difference *difference)
{
	struct result expected = linux_answer(trace, i);

	*difference = (struct difference){0};
	step_text(&trace->experiment->script[i].step, difference->call, sizeof difference->call);
	answer_text(&expected, difference->expected);
	answer_text(&trace->observation[i].outcome.result, difference->observed);
}

/* The experiment up to the step, of which nothing is taken out. */
static void begin(struct reduction *r, struct session *session, const struct trace *trace, int i,
	const struct difference *difference)
{
	r->session = session;
	r->family = trace->family;
	r->difference = difference;
	r->count = i + 1;
	r->waits = 0;
	for (int j = 0; j <= i; j++) {
		r->step[j] = trace->experiment->script[j].step;
		r->waits += j < i && trace->observation[j].prediction.result.kind == RESULT_TIMEOUT;
	}
}

/* The whole experiment, repeated: how often step i shows it again. */
static int repeat_whole(struct session *session, const struct trace *trace, int i,
	const struct difference *difference)
{
	struct trace *again = trace_new(trace->experiment, trace->family, trace->kernel);
	char observed[RESULT_TEXT];
	int shown = 0;

	for (int run = 0; again && run < REDUCE_REPEATS; run++) {
		trace_restart(again);
		session_run(session, again);
		answer_text(&again->observation[i].outcome.result, observed);
		shown += i < again->reached && !strcmp(observed, difference->observed);
	}
	trace_free(again);
	return shown;
}

/* False, and there is no text, when nothing shorter than the whole experiment is known to show it.
 */
static bool reduce_steps(
	struct session *session, const struct trace *trace, int i, struct difference *difference)
{
	enum result_kind predicted = trace->observation[i].prediction.result.kind;
	struct reduction *r = NULL, *shorter = NULL;

	if (predicted != RESULT_UNKNOWN && predicted != RESULT_NONE) {
		r = malloc(sizeof *r);
		shorter = malloc(sizeof *shorter);
	}
	if (r && shorter) {
		begin(r, session, trace, i, difference);
		shrink(r, shorter);
		difference->shown = count_shown(r, REDUCE_REPEATS, false, &difference->text);
	}
	free(r);
	free(shorter);
	if (difference->shown && difference->text)
		return true;
	free(difference->text);
	difference->text = NULL;
	return false;
}

bool reduce(struct session *session, const struct trace *trace, int i, struct reduced *reduced,
	struct difference *difference)
{
	describe(trace, i, difference);
	if (is_known(reduced, difference))
		return false;
	if (!reduce_steps(session, trace, i, difference))
		difference->shown = repeat_whole(session, trace, i, difference);
	/* Each connection may have left a port of the client's in TIME_WAIT: another one to go to.
	 */
	listener_stop(&session->listener);
	return true;
}
