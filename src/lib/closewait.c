#include "lib/closewait.h"

#include "language/catalog.h"
#include "run/runner.h"
#include "util/memstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

struct closewait {
	struct session session;
};

struct closewait_trace {
	struct experiment *experiment;
	struct trace *trace;
	char *context, *text;
};

PUBLIC struct closewait *closewait_open(int deadline, int flags, char *message, size_t size)
{
	const struct session_options options = {
		.deadline = deadline > 0 ? deadline : DEADLINE_DEFAULT,
		.sandbox = flags & CLOSEWAIT_SANDBOX,
		.wire = WIRE_BRIEF};
	struct closewait *closewait = calloc(1, sizeof *closewait);

	if (!closewait) {
		snprintf(message, size, "no memory for a session");
		return NULL;
	}
	int status = session_open(&closewait->session, &options, message, size);

	if (!status)
		return closewait;
	free(closewait);
	errno = -status;
	return NULL;
}

PUBLIC void closewait_close(struct closewait *closewait)
{
	if (!closewait)
		return;
	session_close(&closewait->session);
	free(closewait);
}

/* Parses a text, or the text of a name; the errors go to message. */
static struct experiment *parse(const char *experiment, char *message, size_t size)
{
	bool is_text = strchr(experiment, '\n');
	const char *text = is_text ? experiment : catalog_text("trace", experiment);
	const char *name = is_text ? "experiment" : experiment;
	FILE *errors = NULL;

	if (!text) {
		snprintf(message, size, "%s: no such experiment in the catalogue", experiment);
		errno = EINVAL;
		return NULL;
	}
	errors = fmemopen(message, size, "w");
	if (!errors)
		return NULL;
	struct experiment *e = experiment_parse(name, text, strlen(text), errors);
	int error = errno;

	fclose(errors);
	message[size - 1] = '\0'; /* fmemopen leaves it out when the buffer is full */
	errno = error;
	return e;
}

/* Prints the trace into its text. */
static bool print_text(struct closewait_trace *t)
{
	size_t length;
	FILE *out = open_memstream(&t->text, &length);

	if (!out)
		return false;
	trace_print(t->trace, false, out);
	return memory_close(out, &t->text);
}

static void run(struct closewait *closewait, struct closewait_trace *t)
{
	session_run(&closewait->session, t->trace);
	/* The trace may outlive the session, whose context it shows. */
	t->context = strdup(closewait->session.context);
	t->trace->context = t->context;
}

PUBLIC struct closewait_trace *closewait_run(struct closewait *closewait, const char *experiment,
	const char *family, char *message, size_t size)
{
	enum family known;

	message[0] = '\0';
	if (!family_value(family, &known)) {
		snprintf(message, size, "%s: no such family; expected one of %s", family,
			family_names());
		errno = EINVAL;
		return NULL;
	}
	struct experiment *e = parse(experiment, message, size);
	struct closewait_trace *t = e ? calloc(1, sizeof *t) : NULL;

	if (!t) {
		experiment_free(e);
		return NULL;
	}
	t->experiment = e;
	t->trace = trace_new(e, known, closewait->session.kernel);
	if (t->trace)
		run(closewait, t);
	if (t->trace && t->context && print_text(t))
		return t;
	snprintf(message, size, "no memory for the trace");
	closewait_trace_free(t);
	errno = ENOMEM;
	return NULL;
}

PUBLIC void closewait_trace_free(struct closewait_trace *t)
{
	if (!t)
		return;
	trace_free(t->trace);
	experiment_free(t->experiment);
	free(t->context);
	free(t->text);
	free(t);
}

PUBLIC enum closewait_verdict closewait_trace_verdict(const struct closewait_trace *t)
{
	static const enum closewait_verdict verdicts[] = {[VERDICT_EXPECTED] = CLOSEWAIT_EXPECTED,
		[VERDICT_DEVIATES] = CLOSEWAIT_DEVIATES,
		[VERDICT_SKIPPED] = CLOSEWAIT_SKIPPED,
		[VERDICT_ERROR] = CLOSEWAIT_ENVIRONMENT};

	return verdicts[t->trace->verdict];
}

PUBLIC const char *closewait_trace_text(const struct closewait_trace *t)
{
	return t->text;
}

PUBLIC bool closewait_trace_write(
	const struct closewait_trace *t, int n, long *returned, int *error)
{
	for (int i = 0; i < t->trace->reached; i++) {
		const struct step *step = &t->experiment->plan[i].step;
		const struct result *result = &t->trace->observation[i].outcome.result;

		if (step->who != CLIENT || !(step->operation->flags & SENDS) || --n)
			continue;
		*error = result->kind == RESULT_ERROR ? (int)result->value : 0;
		*returned = *error ? -1 : result->value;
		return result->kind == RESULT_ERROR || result->kind == RESULT_NUMBER;
	}
	return false;
}

PUBLIC char *closewait_trace_diff(const struct closewait_trace *t, const char *text)
{
	return trace_diff(t->trace, text);
}
