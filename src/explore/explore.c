#include "explore/explore.h"

#include "explore/generate.h"
#include "util/memstream.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A batch in progress. */
struct explorer {
	const struct exploration *exploration;
	struct session *session;
	struct job_result *result;
	FILE *out;
};

/* How many families there were when seeds were first published: another one changes no seed. */
enum { FAMILIES_DRAWN = 6 };

static enum family family_of(const struct exploration *exploration, long number)
{
	enum family family = (enum family)(number % FAMILIES_DRAWN);

	while (!(exploration->families & 1u << family))
		family = (enum family)((family + 1) % FAMILY_COUNT);
	return family;
}

/* The experiment of what was generated, or NULL when it is not legal, or there is no memory. */
static struct experiment *experiment_of(struct explorer *x, const struct generated *g)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct experiment *e = NULL;

	if (!out)
		return NULL;
	bool legal = generate_print(g, x->session->kernel, out);

	if (memory_close(out, &text) && legal)
		e = experiment_parse("generated", text, size, stderr);
	free(text);
	return e;
}

static enum verdict fail(struct explorer *x, const char *reason)
{
	snprintf(x->result->reason, sizeof x->result->reason, "%s", reason);
	return VERDICT_ERROR;
}

/* Runs it once; the trace goes to *text, for free(3), if it deviates. Returns the verdict;
 * VERDICT_ERROR when it could not be run, and the result says why. */
static enum verdict run(struct explorer *x, const struct experiment *e, char **text)
{
	enum family family = FAMILY_TCP4;
	size_t size;

	*text = NULL;
	while (!(e->families & 1u << family))
		family++;
	struct trace *trace = trace_new(e, family, x->session->kernel);

	if (!trace)
		return fail(x, "no memory for the trace");
	session_run(x->session, trace);
	enum verdict verdict = trace->verdict;

	x->result->steps += trace->reached;
	if (verdict == VERDICT_ERROR)
		fail(x, trace->reason);
	FILE *out = verdict == VERDICT_DEVIATES ? open_memstream(text, &size) : NULL;

	if (out) {
		trace_print(trace, x->exploration->colour, out);
		memory_close(out, text);
	}
	trace_free(trace);
	return verdict;
}

static bool deviates(struct explorer *x, const struct generated *g)
{
	struct experiment *e = experiment_of(x, g);
	char *text = NULL;
	bool deviating = e && run(x, e, &text) == VERDICT_DEVIATES;

	free(text);
	experiment_free(e);
	return deviating;
}

static struct generated without(const struct generated *g, int i)
{
	struct generated shorter = *g;

	shorter.count--;
	memmove(&shorter.step[i], &shorter.step[i + 1],
		(size_t)(shorter.count - i) * sizeof *shorter.step);
	return shorter;
}

/* Takes out steps for as long as what is left disagrees. */
static void shrink(struct explorer *x, struct generated *g)
{
	for (int i = g->count - 1; i >= 0; i--) {
		struct generated shorter = without(g, i);

		if (!shorter.count || !deviates(x, &shorter))
			continue;
		*g = shorter;
		i = g->count; /* what was needed before may be needless now */
	}
}

/* trace is that of the run which disagreed. */
static void tell(struct explorer *x, const struct generated *g, const char *trace)
{
	struct generated shortest = *g;
	char *text = NULL;

	x->result->deviations++;
	shrink(x, &shortest);
	struct experiment *e = experiment_of(x, &shortest);

	if (!e)
		return;
	bool again = run(x, e, &text) == VERDICT_DEVIATES;

	fprintf(x->out, "%s# experiment %" PRIu64 "%s\n", again && text ? text : trace, g->number,
		again ? "" : " disagreed once, and not again");
	free(text);
	fputs("\n# as a file, with the model's answers:\n\n", x->out);
	experiment_print(e, x->out);
	fputc('\n', x->out);
	experiment_free(e);
}

static enum verdict explore_one(struct explorer *x, long number)
{
	const struct exploration *exploration = x->exploration;
	struct generated g;
	char *text = NULL;

	generate(&g, (uint64_t)exploration->seed, (uint64_t)number, family_of(exploration, number),
		x->session->kernel, (int)exploration->steps);
	struct experiment *e = experiment_of(x, &g);

	if (!e)
		return fail(x, "an experiment cannot be written");
	enum verdict verdict = run(x, e, &text);

	x->result->runs++;
	x->result->skipped += verdict == VERDICT_SKIPPED;
	experiment_free(e);
	if (verdict == VERDICT_DEVIATES)
		tell(x, &g, text ? text : "");
	free(text);
	return verdict;
}

int explore_tasks(const struct exploration *exploration)
{
	return (int)((exploration->count + exploration->batch - 1) / exploration->batch);
}

struct job_result explore_run(const struct work *work, int task, struct session *session)
{
	const struct exploration *exploration = work->context;
	long begin = task * exploration->batch, end = begin + exploration->batch;
	struct job_result result = {.status = STATUS_SKIPPED};
	struct explorer x = {exploration, session, &result, NULL};

	x.out = open_memstream(&result.text, &result.length);
	if (!x.out)
		return explore_lost(work, task, "no memory for the report");
	if (end > exploration->count)
		end = exploration->count;
	for (long i = begin; i < end && result.deviations < DISAGREEMENTS_LIMIT &&
			     result.status != STATUS_ENVIRONMENT;
		i++) {
		enum verdict verdict = explore_one(&x, exploration->first + i);

		result.status = status_merge(result.status, verdict_status(verdict));
		progress_count(work->progress, 1);
	}
	if (!memory_close(x.out, &result.text) && !result.reason[0])
		result = explore_lost(work, task, "no memory for the report");
	/* Each connection may leave a port of the client's in TIME_WAIT: another port to go to. */
	listener_stop(&session->listener);
	return result;
}

struct job_result explore_lost(const struct work *work, int task, const char *reason)
{
	const struct exploration *exploration = work->context;
	struct job_result result = {.status = STATUS_ENVIRONMENT};

	snprintf(result.reason, sizeof result.reason, "experiments %ld to %ld: %.180s",
		exploration->first + task * exploration->batch,
		exploration->first + (task + 1) * exploration->batch - 1, reason);
	return result;
}
