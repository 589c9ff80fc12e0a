/*
 * diagnosis_json: the page for other programs.
 */
#include "diagnose/diagnosis_json.h"

#include "diagnose/diagnosis.h"
#include "diagnose/reproduce.h"
#include "diagnose/witness.h"

/* Adds value, which it steals, unless it or the array is NULL. */
static void append(json_t **array, json_t *value)
{
	if (*array && (!value || json_array_append_new(*array, value))) {
		json_decref(*array);
		*array = NULL;
	}
}

static json_t *acts_array(const struct way *way)
{
	json_t *array = json_array();
	char place[32];

	for (int i = 0; i < way->count; i++) {
		diagnosis_place(&way->deed[i], place, sizeof place);
		append(&array, json_pack("{s:s, s:i, s:s, s:s, s:s}", "place", place, "call",
				       way->deed[i].at / 2 + 1, "act", acts[way->deed[i].act].says,
				       "also", acts[way->deed[i].act].also, "advice",
				       acts[way->deed[i].act].advice));
	}
	return array;
}

static json_t *way_object(const struct seen *seen, const struct way *way)
{
	struct evidence evidence;
	char name[SHOWN_NAME];

	diagnosis_evidence(seen, way, &evidence);
	reproduce_shown_by(seen, way, name);
	return json_pack("{s:i, s:o, s:s, s:s, s:s}", "cost", way->cost, "acts", acts_array(way),
		"shown_by", name, "counters", evidence.counters, "before", evidence.before);
}

static json_t *cause_object(const struct seen *seen, const struct cause *cause)
{
	json_t *ways = json_array();
	char title[1024];

	for (int i = 0; i < cause->count; i++)
		append(&ways, way_object(seen, &cause->way[i]));
	diagnosis_title(seen, &cause->way[0], title, sizeof title);
	return json_pack("{s:s, s:s, s:o, s:i}", "title", title, "arrived", cause->signature,
		"ways", ways, "more_ways", cause->more);
}

static json_t *calls_array(const struct seen *seen)
{
	json_t *array = json_array();
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	for (int i = 0; i < seen->count; i++) {
		struct result result = seen_result(seen, i);

		step_text(seen_step(seen, i), left, sizeof left);
		result_text(&result, right, sizeof right);
		append(&array, json_pack("{s:s, s:s}", "call", left, "result", right));
	}
	return array;
}

/* What the packets contradict. */
static json_t *fallen_array(const struct witness *w)
{
	json_t *array = json_array();

	for (int i = 0; i < w->fallen_count && i < WITNESS_FALLEN; i++)
		append(&array,
			json_pack("{s:s, s:s, s:I}", "title", w->fallen[i].title, "why",
				w->fallen[i].why, "packet", (json_int_t)w->fallen[i].packet));
	return array;
}

/* With the packets beside the calls, which candidates they made fall out. */
static json_t *add_fallen(json_t *object, const struct witness *w)
{
	int more = w && w->fallen_count > WITNESS_FALLEN ? w->fallen_count - WITNESS_FALLEN : 0;

	if (!object || !w)
		return object;
	if (!json_object_set_new(object, "fell_out", fallen_array(w)) &&
		!json_object_set_new(object, "more_fell_out", json_integer(more)))
		return object;
	json_decref(object);
	return NULL;
}

json_t *diagnosis_json(const struct causes *causes)
{
	json_t *found = json_array();

	for (int i = 0; i < causes->count; i++)
		append(&found, cause_object(causes->seen, &causes->cause[i]));
	json_t *object = json_pack("{s:s, s:s, s:b, s:o, s:o, s:i, s:b}", "end",
		who_text(causes->seen->who), "family", family_name(causes->seen->family),
		"connected_before", causes->seen->connected, "calls", calls_array(causes->seen),
		"causes", found, "first_unexplained_call",
		causes->furthest < causes->seen->count ? causes->furthest + 1 : 0, "gave_up",
		causes->gave_up);

	return add_fallen(object, causes->witness);
}
