/*
 * orders_json: orders_print.h's JSON.
 */
#include "explore/orders_print.h"

#include <jansson.h>
#include <stdlib.h>

/* Appends value, which it steals, to array; frees array and returns NULL without memory. */
static json_t *append(json_t *array, json_t *value)
{
	if (array && !json_array_append_new(array, value))
		return array;
	json_decref(array);
	return NULL;
}

static json_t *step_object(const struct step *step, const struct result *result)
{
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	step_text(step, left, sizeof left);
	result_text(result, right, sizeof right);
	return json_pack("{s:s, s:s, s:s*}", "who",
		step->who == NAMESPACE ? "namespace" : who_text(step->who), "text", left, "result",
		result->kind == RESULT_UNKNOWN || result->kind == RESULT_NONE ? NULL : right);
}

static json_t *results_array(const struct outcome_set *set, const struct result *result)
{
	const struct programs *p = &set->orders->programs;
	json_t *array = json_array();

	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (int i = 0; i < p->count[who]; i++) {
			int script = p->step[who][i];

			array = append(array,
				step_object(&p->experiment->script[script].step, &result[script]));
		}
	return array;
}

static json_t *order_array(const struct outcome_set *set, long order)
{
	const unsigned char *turn = orders_turn(set->orders, order);
	json_t *array = json_array();

	for (int i = 0; i < set->orders->programs.length; i++)
		array = append(
			array, json_string(turn[i] == NAMESPACE ? "namespace" : who_text(turn[i])));
	return array;
}

static json_t *named_orders(const struct outcome_set *set, const struct order_outcome *o)
{
	json_t *array = json_array();

	for (int i = 0; i < o->named_orders; i++)
		array = append(array, order_array(set, o->order[i]));
	return array;
}

static json_t *outcome_object(const struct outcome_set *set, int i)
{
	const struct order_outcome *o = &set->outcome[i];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	orders_print_example(set, i, out);
	json_t *object =
		fclose(out) || !text
			? NULL
			: json_pack("{s:I, s:I, s:b, s:o, s:o, s:b, s:s}", "orders",
				  (json_int_t)o->orders, "unsettled_runs", (json_int_t)o->runs,
				  "model", o->modelled, "steps", results_array(set, o->result),
				  "examples", named_orders(set, o), "settled", o->settled,
				  "experiment", text);

	free(text);
	if (object && outcome_set_has_expectations(set) &&
		json_object_set_new(object, "expected", json_boolean(o->expected))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *outcomes_array(const struct outcome_set *set)
{
	json_t *array = json_array();

	for (int i = 0; i < set->count; i++)
		array = append(array, outcome_object(set, i));
	return array;
}

static json_t *model_alone(const struct outcome_set *set)
{
	json_t *array = json_array();

	for (int i = 0; i < set->prediction_count; i++)
		if (!set->prediction[i].observed)
			array = append(array, results_array(set, set->prediction[i].result));
	return array;
}

static json_t *blocking_array(const struct outcome_set *set)
{
	const struct experiment *e = set->orders->programs.experiment;
	json_t *array = json_array();
	char text[LINE_LIMIT + 1];

	for (int i = 0; i < e->step_count; i++) {
		json_t *until = set->blocks[i] ? json_array() : NULL;

		if (!until)
			continue;
		for (int by = 0; by < e->step_count; by++) {
			step_text(&e->script[by].step, text, sizeof text);
			if (set->orders->until[i][by])
				until = append(until, json_string(text));
		}
		step_text(&e->script[i].step, text, sizeof text);
		array = append(array, json_pack("{s:s, s:o}", "text", text, "until", until));
	}
	return array;
}

bool orders_json(const struct outcome_set *set, FILE *out)
{
	json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:i, s:s*}",
		"experiment", set->orders->programs.experiment->name, "family",
		family_name(set->family), "orders", (json_int_t)set->orders->count,
		"blocked_orders", (json_int_t)set->blocked, "blocking", blocking_array(set),
		"outcomes", outcomes_array(set), "model_only", model_alone(set), "disagreements",
		(json_int_t)set->disagreements, "unsettled_runs", (json_int_t)set->runs, "left_out",
		set->orders->programs.left_out, "reason", set->reason[0] ? set->reason : NULL);
	bool good = object && !json_dumpf(object, out, JSON_COMPACT);

	if (good)
		fputc('\n', out);
	json_decref(object);
	return good;
}
