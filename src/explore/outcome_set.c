#include "explore/outcome_set.h"

#include <stdlib.h>
#include <string.h>

void outcome_set_begin(struct outcome_set *set, const struct orders *orders, enum family family)
{
	*set = (struct outcome_set){.orders = orders, .family = family, .status = STATUS_SKIPPED};
}

void outcome_set_free(struct outcome_set *set)
{
	for (int i = 0; i < set->count; i++) {
		free(set->outcome[i].result);
		free(set->outcome[i].text);
	}
	for (int i = 0; i < set->prediction_count; i++)
		free(set->prediction[i].result);
	for (int i = 0; i < set->trouble_count; i++)
		free(set->trouble[i]);
	free(set->outcome);
	free(set->prediction);
}

/* gcc 12 loses sight of an allocation that is stored in an array at a place which it does not know:
 * outcome_set_free frees them all, as valgrind and LeakSanitizer see. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static bool no_memory(struct outcome_set *set)
{
	set->status = STATUS_ENVIRONMENT;
	snprintf(set->reason, sizeof set->reason, "no memory for the outcomes");
	return false;
}

static int script_count(const struct outcome_set *set)
{
	return set->orders->programs.experiment->step_count;
}

static struct result *copy_results(const struct outcome_set *set, const struct result *results)
{
	size_t size = (size_t)script_count(set) * sizeof *results;
	struct result *copy = malloc(size);

	return copy ? memcpy(copy, results, size) : NULL;
}

/* The place of the outcome that these results are, or of a new one; -1 without memory. */
static int find_outcome(struct outcome_set *set, const struct result *results)
{
	for (int i = 0; i < set->count; i++)
		if (orders_same(set->orders, set->outcome[i].result, results))
			return i;
	struct order_outcome *room =
		reallocarray(set->outcome, (size_t)set->count + 1, sizeof *set->outcome);

	if (!room)
		return -1;
	set->outcome = room;
	room[set->count] = (struct order_outcome){.result = copy_results(set, results)};
	return room[set->count].result ? set->count++ : -1;
}

/* Is the experiment better to show than what there is? */
static bool is_better(const struct order_outcome *o, const struct sighting *s)
{
	if (!o->text || s->settled != o->settled)
		return !o->text || s->settled;
	return s->steps < o->steps;
}

static bool keep_example(struct order_outcome *o, const struct told_sighting *told)
{
	if (!is_better(o, &told->sighting))
		return true;
	free(o->text);
	o->text = strndup(told->text, told->sighting.size);
	o->steps = told->sighting.steps;
	o->settled = told->sighting.settled;
	return o->text;
}

static bool add_outcome(
	struct outcome_set *set, const struct orders_task *task, const struct told_sighting *told)
{
	int place = find_outcome(set, told->observed);

	if (place < 0 || !keep_example(&set->outcome[place], told))
		return no_memory(set);
	struct order_outcome *o = &set->outcome[place];

	if (!told->sighting.settled) {
		o->runs += told->sighting.runs;
		return true;
	}
	o->orders += task->weight;
	set->ended += task->weight;
	if (o->named_orders < NAMED_ORDERS)
		o->order[o->named_orders++] = task->order;
	return true;
}

static bool is_unknown(const struct outcome_set *set, const struct result *results)
{
	const struct programs *programs = &set->orders->programs;

	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (int i = 0; i < programs->count[who]; i++)
			if (results[programs->step[who][i]].kind == RESULT_UNKNOWN)
				return true;
	return false;
}

static bool add_prediction(struct outcome_set *set, long weight, const struct result *results)
{
	for (int i = 0; i < set->prediction_count; i++)
		if (orders_same(set->orders, set->prediction[i].result, results)) {
			set->prediction[i].orders += weight;
			return true;
		}
	struct order_prediction *room = reallocarray(
		set->prediction, (size_t)set->prediction_count + 1, sizeof *set->prediction);

	if (!room)
		return no_memory(set);
	set->prediction = room;
	room[set->prediction_count] =
		(struct order_prediction){.result = copy_results(set, results),
			.unknown = is_unknown(set, results),
			.orders = weight};
	if (!room[set->prediction_count].result)
		return no_memory(set);
	set->prediction_count++;
	return true;
}

static bool add_trouble(struct outcome_set *set, long weight, const struct told_sighting *told)
{
	set->disagreements += weight;
	if (set->trouble_count == TROUBLE_LIMIT)
		return true;
	char *text = strndup(told->trouble, told->sighting.trouble);

	if (!text)
		return no_memory(set);
	set->trouble[set->trouble_count++] = text;
	return true;
}

static bool add_settled(
	struct outcome_set *set, const struct orders_task *task, const struct told_sighting *told)
{
	const struct sighting *s = &told->sighting;

	if ((s->disagrees || s->kind == ORDER_BROKEN) && !add_trouble(set, task->weight, told))
		return false;
	if (s->kind == ORDER_BLOCKED) {
		set->blocked += task->weight;
		set->blocks[s->blocked] = true;
	}
	return s->kind != ORDER_ENDED || add_prediction(set, task->weight, told->predicted);
}

void outcome_set_add(struct outcome_set *set, int index, const struct job_result *result)
{
	const struct orders_task *task = &set->orders->task[index];
	struct told_sighting told;
	size_t at = 0;

	set->tasks++;
	set->status = status_merge(set->status, result->status);
	if (result->reason[0])
		snprintf(set->reason, sizeof set->reason, "%s", result->reason);
	while (orders_told(set->orders, result, &at, &told)) {
		if (told.sighting.settled && !add_settled(set, task, &told))
			return;
		if (!told.sighting.settled)
			set->runs += told.sighting.runs;
		if (told.sighting.kind == ORDER_ENDED && !add_outcome(set, task, &told))
			return;
	}
}

static int by_orders(const void *a, const void *b)
{
	const struct order_outcome *left = a, *right = b;

	if (left->orders != right->orders)
		return left->orders < right->orders ? 1 : -1;
	return left->order[0] < right->order[0] ? -1 : left->order[0] > right->order[0];
}

/* Does what is expected or predicted agree with an outcome, step by step? */
static bool agrees(
	const struct outcome_set *set, const struct result *said, const struct result *observed)
{
	for (int i = 0; i < script_count(set); i++)
		if (!results_agree(&said[i], &observed[i]))
			return false;
	return true;
}

/* The file's own expectation of a step; RESULT_NONE where it has none, or where the step is not one
 * that is put in order. */
static const struct expectation *expectation(const struct outcome_set *set, int script)
{
	const struct experiment *e = set->orders->programs.experiment;

	return script_step_expectation(&e->script[script], set->family, set->orders->kernel);
}

static bool is_expected(const struct outcome_set *set, const struct order_outcome *o)
{
	for (int i = 0; i < script_count(set); i++) {
		const struct expectation *e = expectation(set, i);

		if (e && !results_agree(e->as ? &o->result[e->as - 1] : &e->result, &o->result[i]))
			return false;
	}
	return true;
}

bool outcome_set_has_expectations(const struct outcome_set *set)
{
	const struct programs *programs = &set->orders->programs;

	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (int i = 0; i < programs->count[who]; i++)
			if (expectation(set, programs->step[who][i]))
				return true;
	return false;
}

/* Was a task of the set not run? An error, or a skip, ends them all. */
static bool is_partial(const struct outcome_set *set)
{
	int planned = 0;

	for (int i = 0; i < set->orders->task_count; i++)
		planned += set->orders->task[i].family == set->family;
	return set->tasks < planned;
}

void outcome_set_end(struct outcome_set *set)
{
	if (is_partial(set) && !set->reason[0])
		snprintf(set->reason, sizeof set->reason, "not all of its orders were run");
	if (set->count > 0) /* there is no array of none */
		qsort(set->outcome, (size_t)set->count, sizeof *set->outcome, by_orders);
	for (int i = 0; i < set->count; i++) {
		struct order_outcome *o = &set->outcome[i];

		o->expected = is_expected(set, o);
		for (int p = 0; p < set->prediction_count; p++)
			if (agrees(set, set->prediction[p].result, o->result))
				o->modelled = set->prediction[p].observed = true;
		if (!o->modelled)
			set->status = status_merge(set->status, STATUS_DEVIATES);
	}
	for (int p = 0; p < set->prediction_count; p++)
		if (!set->prediction[p].observed)
			set->status = status_merge(set->status, STATUS_DEVIATES);
}

static bool same_outcome(
	const struct outcome_set *set, const struct order_outcome *a, const struct order_outcome *b)
{
	return a->orders == b->orders && a->expected == b->expected &&
	       orders_same(set->orders, a->result, b->result);
}

bool outcome_sets_same(const struct outcome_set *a, const struct outcome_set *b)
{
	if (a->count != b->count || a->blocked != b->blocked || a->reason[0] || b->reason[0] ||
		a->disagreements || b->disagreements || a->status != b->status)
		return false;
	for (int i = 0; i < a->count; i++)
		if (!same_outcome(a, &a->outcome[i], &b->outcome[i]))
			return false;
	return true;
}
