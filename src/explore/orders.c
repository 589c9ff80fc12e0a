#include "explore/orders.h"

#include "util/interrupt.h"
#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

/* A task in progress. */
struct teller {
	const struct work *work;
	const struct orders *orders;
	const struct orders_task *task;
	struct session *session;
	struct job_result *result;
	FILE *out;
	char *last; /* a sighting that is not given yet; NULL: none */
	size_t last_size;
	bool background[STEP_LIMIT]; /* what is known to block, besides what the model says */
};

/* One run. */
struct run {
	struct order order;
	struct experiment *experiment;
	struct trace *trace;
	struct sighting sighting;
	struct result observed[STEP_LIMIT], predicted[STEP_LIMIT];
};

static int script_count(const struct orders *orders)
{
	return orders->programs.experiment->step_count;
}

static bool fail(struct teller *t, const char *reason)
{
	t->result->status = status_merge(t->result->status, STATUS_ENVIRONMENT);
	snprintf(t->result->reason, sizeof t->result->reason, "%s", reason);
	return false;
}

static void run_free(struct run *run)
{
	trace_free(run->trace);
	experiment_free(run->experiment);
	free(run->order.text);
}

/* Makes the experiment of the task's order and its trace. */
static bool prepare(struct teller *t, struct run *run, bool settled)
{
	const struct order_request request = {.programs = &t->orders->programs,
		.turn = orders_turn(t->orders, t->task->order),
		.family = t->task->family,
		.kernel = t->orders->kernel,
		.settled = settled,
		.background = t->background};

	*run = (struct run){.sighting = {.settled = settled, .runs = 1}};
	if (!order_write(&request, &run->order))
		return fail(t, "no memory for an order");
	run->experiment = experiment_parse("an order", run->order.text, run->order.size, stderr);
	if (!run->experiment)
		return fail(t, "an order cannot be written");
	run->trace = trace_new(run->experiment, t->task->family, t->session->kernel);
	return run->trace || fail(t, "no memory for the trace");
}

/* Where the count varies while the behaviour is the same, the relation that the model has. Bytes
 * are told where something was written that has a text. */
static struct result observed(const struct observation *o)
{
	const struct result *predicted = &o->prediction.result;
	struct result result = o->outcome.result;

	if (predicted->kind == RESULT_RELATION && results_agree(predicted, &result))
		return *predicted;
	result.data.there &= !payload_is_zeroes(&result.data);
	return result;
}

bool orders_same(const struct orders *orders, const struct result *a, const struct result *b)
{
	for (int i = 0; i < script_count(orders); i++) {
		char left[RESULT_TEXT], right[RESULT_TEXT];

		result_text(&a[i], left, sizeof left);
		result_text(&b[i], right, sizeof right);
		if (strcmp(left, right) != 0)
			return false;
	}
	return true;
}

/* Results stand aligned: what is behind the texts begins at a multiple of their alignment. */
static size_t padded(size_t size)
{
	size_t unit = _Alignof(struct result);

	return (size + unit - 1) / unit * unit;
}

bool orders_told(const struct orders *orders, const struct job_result *result, size_t *at,
	struct told_sighting *told)
{
	size_t results = (size_t)script_count(orders) * sizeof(struct result);
	const char *from = result->text + *at;

	if (*at >= result->length)
		return false;
	memcpy(&told->sighting, from, sizeof told->sighting);
	from += sizeof told->sighting;
	told->observed = (const void *)from;
	told->predicted = (const void *)(from + results);
	told->text = from + 2 * results;
	told->trouble = told->text + told->sighting.size;
	*at += sizeof told->sighting + 2 * results +
	       padded(told->sighting.size + told->sighting.trouble);
	return true;
}

/* Does the model say something else of a step that was reached? */
static bool disagrees(const struct trace *trace)
{
	for (int i = 0; i < trace->reached; i++) {
		const struct observation *o = &trace->observation[i];

		if (!results_agree(&o->prediction.result, &o->outcome.result))
			return true;
	}
	return false;
}

/* The first step that did not end, by its index in the trace; -1: none. */
static int timed_out(const struct trace *trace)
{
	for (int i = 0; i < trace->reached; i++)
		if (trace->observation[i].outcome.result.kind == RESULT_TIMEOUT)
			return i;
	return -1;
}

/* Sorts the results by the steps of the script that they are of. */
static void sort_results(struct run *run)
{
	memset(run->observed, 0, sizeof run->observed);
	memset(run->predicted, 0, sizeof run->predicted);
	for (int i = 0; i < run->order.count; i++) {
		const struct observation *o = &run->trace->observation[i];
		int script = run->order.script[i];

		if (script == NO_STEP_OF_SCRIPT)
			continue;
		run->observed[script] = observed(o);
		run->predicted[script] = o->prediction.result;
	}
}

static void judge(struct run *run)
{
	struct sighting *s = &run->sighting;
	const struct order *order = &run->order;
	int at = timed_out(run->trace);
	/* An await that does not arrive, or an order that does not stop where it should. */
	bool broken = at < 0 ? order->stopped : order->script[at] == NO_STEP_OF_SCRIPT;

	sort_results(run);
	s->kind = broken ? ORDER_BROKEN : ORDER_ENDED;
	s->disagrees = disagrees(run->trace);
	s->steps = run->experiment->step_count;
	if (broken || at < 0 || !order->others[at])
		return;
	s->kind = ORDER_BLOCKED;
	s->blocked = order->script[at];
}

/* Runs it; false when that could not be done, and the result says why. */
static bool run_once(struct teller *t, struct run *run)
{
	session_run(t->session, run->trace);
	t->result->runs++;
	t->result->steps += run->trace->reached;
	progress_count(t->work->progress, 1);
	if (run->trace->verdict == VERDICT_ERROR || run->trace->verdict == VERDICT_SKIPPED) {
		snprintf(t->result->reason, sizeof t->result->reason, "%s", run->trace->reason);
		t->result->skipped += run->trace->verdict == VERDICT_SKIPPED;
		t->result->status =
			status_merge(t->result->status, verdict_status(run->trace->verdict));
		return false;
	}
	judge(run);
	return true;
}

/* The experiment with its results, which closewait run agrees with. */
static void print_observed(const struct run *run, FILE *out)
{
	const struct experiment *e = run->experiment;

	for (int i = 0; i < e->step_count && run->trace->observation[i].reached; i++) {
		const struct result result = observed(&run->trace->observation[i]);
		char left[LINE_LIMIT + 1], right[RESULT_TEXT];

		step_text(&e->script[i].step, left, sizeof left);
		result_text(&result, right, sizeof right);
		experiment_print_line(out, left, right, NULL);
		fputc('\n', out);
	}
}

static void print_trouble(const struct run *run, FILE *out)
{
	if (run->sighting.disagrees || run->sighting.kind == ORDER_BROKEN)
		trace_print(run->trace, false, out);
}

/* Writes the sighting, as orders_told reads it, to t->last. */
static bool keep(struct teller *t, struct run *run)
{
	size_t count = (size_t)script_count(t->orders), size;
	struct sighting *s = &run->sighting;
	FILE *out = open_memstream(&t->last, &size);

	if (!out)
		return fail(t, "no memory for the report");
	fwrite(s, sizeof *s, 1, out);
	fwrite(run->observed, sizeof *run->observed, count, out);
	fwrite(run->predicted, sizeof *run->predicted, count, out);
	long begin = ftell(out);

	print_observed(run, out);
	s->size = (size_t)(ftell(out) - begin);
	print_trouble(run, out);
	s->trouble = (size_t)(ftell(out) - begin) - s->size;
	for (size_t i = s->size + s->trouble; i < padded(s->size + s->trouble); i++)
		fputc(0, out);
	if (!memory_close(out, &t->last))
		return fail(t, "no memory for the report");
	memcpy(t->last, s, sizeof *s); /* with the sizes */
	t->last_size = size;
	return true;
}

/* Gives what was kept. */
static void give_last(struct teller *t)
{
	fwrite(t->last ? t->last : "", 1, t->last_size, t->out);
	free(t->last);
	t->last = NULL;
	t->last_size = 0;
}

/* Did the run give what is kept? Then it is one more of them. */
static bool same_again(struct teller *t, const struct run *run)
{
	struct sighting last;
	const struct result *seen = (const void *)(t->last ? t->last + sizeof last : NULL);

	if (!t->last)
		return false;
	memcpy(&last, t->last, sizeof last);
	if (last.kind != run->sighting.kind || !orders_same(t->orders, seen, run->observed))
		return false;
	last.runs++;
	memcpy(t->last, &last, sizeof last);
	return true;
}

/* A step that the model does not know, and that did not end, is started in the background next
 * time. False: there is no such step. */
static bool learn(struct teller *t, const struct run *run)
{
	int at = timed_out(run->trace), script = at < 0 ? NO_STEP_OF_SCRIPT : run->order.script[at];

	if (script == NO_STEP_OF_SCRIPT ||
		!(run->experiment->script[at].step.operation->flags & MAY_BLOCK) ||
		run->trace->observation[at].prediction.result.kind != RESULT_UNKNOWN)
		return false;
	t->background[script] = true;
	return true;
}

/* Runs the order with awaits, as often as there is something to learn. False: it is not to be run
 * without them. */
static bool run_settled(struct teller *t)
{
	struct run run;
	bool ran, again;

	do {
		ran = prepare(t, &run, true) && run_once(t, &run);
		again = ran && learn(t, &run);
		if (again)
			run_free(&run);
	} while (again);
	if (ran && keep(t, &run))
		give_last(t);
	bool disagrees = ran && (run.sighting.disagrees || run.sighting.kind == ORDER_BROKEN);

	ran = ran && timed_out(run.trace) < 0;
	run_free(&run);
	if (!t->result->reason[0])
		t->result->status = disagrees ? STATUS_DEVIATES : STATUS_EXPECTED;
	return ran;
}

static void run_unsettled(struct teller *t)
{
	struct run run;
	bool good = prepare(t, &run, false);

	for (long i = 0; good && i < t->orders->repeat && !interrupted(); i++) {
		good = run_once(t, &run);
		if (!good || same_again(t, &run))
			continue;
		give_last(t);
		good = keep(t, &run);
	}
	give_last(t);
	run_free(&run);
}

struct job_result orders_run(const struct work *work, int task, struct session *session)
{
	const struct orders *orders = work->context;
	struct job_result result = {.status = STATUS_SKIPPED};
	struct teller t = {.work = work,
		.orders = orders,
		.task = &orders->task[task],
		.session = session,
		.result = &result};

	t.out = open_memstream(&result.text, &result.length);
	if (!t.out)
		return orders_lost(work, task, "no memory for the report");
	if (run_settled(&t))
		run_unsettled(&t);
	progress_count(work->progress, orders->repeat + 1 - result.runs);
	if (!memory_close(t.out, &result.text) && !result.reason[0])
		result = orders_lost(work, task, "no memory for the report");
	/* Each connection may leave a port of the client's in TIME_WAIT: another port to go to. */
	listener_stop(&session->listener);
	return result;
}

struct job_result orders_lost(const struct work *work, int task, const char *reason)
{
	const struct orders *orders = work->context;
	struct job_result result = {.status = STATUS_ENVIRONMENT};

	snprintf(result.reason, sizeof result.reason, "order %ld of %ld: %.180s",
		orders->task[task].order + 1, orders->count, reason);
	return result;
}
