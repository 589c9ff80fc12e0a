#include "model/worlds.h"

#include <string.h>

void worlds_begin(struct worlds *worlds, struct model start)
{
	worlds->count = 1;
	worlds->world[0] = start;
}

/* The worlds after a step, and what they answered. */
struct after {
	worlds_listener *tell; /* NULL: nobody */
	void *context;
	struct prediction prediction;
	bool any, differ, too_many;
	struct worlds worlds;
};

/* Is it an answer that can stand among alternatives? */
static bool is_told(const struct result *result)
{
	return !result_may_be(result, RESULT_UNKNOWN) && !result_may_be(result, RESULT_NONE) &&
	       !result_may_be(result, RESULT_DONE);
}

/* Adds the answers of one world to those of others; false when they cannot all be told. */
static bool merge(struct result *result, const struct result *more)
{
	for (int i = 0; i < result_count(more); i++) {
		struct result value = result_alternative(more, i);

		if (result_has(result, &value))
			continue;
		if (!is_told(result) || !is_told(&value) || !result_add(result, &value))
			return false;
	}
	return true;
}

static void add_answer(struct after *after, const struct prediction *p)
{
	if (!after->any)
		after->prediction = *p;
	after->differ |=
		p->result.kind == RESULT_UNKNOWN || !merge(&after->prediction.result, &p->result);
	after->any = true;
}

static void add_world(struct after *after, struct model *m)
{
	struct worlds *w = &after->worlds;

	m->choices = (struct choices){0};
	after->too_many |= w->count == WORLDS_LIMIT;
	if (w->count < WORLDS_LIMIT)
		w->world[w->count++] = *m;
}

/* Takes the step in one world, once for each way its choices can go. */
static void take_each_way(struct after *after, const struct model *before, const struct step *step)
{
	struct choices choices = {0};

	do {
		struct model m = *before;

		m.choices = choices;
		struct prediction p = model_predict(&m, step);

		choices = m.choices;
		after->too_many |= choices.asked > CHOICES_LIMIT;
		if (after->tell)
			after->tell(before, &p, after->context);
		add_answer(after, &p);
		add_world(after, &m);
	} while (choices_next(&choices));
}

struct prediction worlds_predict(struct worlds *worlds, const struct step *step)
{
	return worlds_predict_telling(worlds, step, NULL, NULL);
}

struct prediction worlds_predict_telling(
	struct worlds *worlds, const struct step *step, worlds_listener *tell, void *context)
{
	static const struct prediction unknown = {.result.kind = RESULT_UNKNOWN};
	struct after after;

	after.tell = tell;
	after.context = context;
	after.prediction = unknown;
	after.worlds.count = 0;
	after.any = after.differ = after.too_many = false;
	for (int i = 0; i < worlds->count; i++)
		take_each_way(&after, &worlds->world[i], step);
	worlds->count = after.worlds.count;
	memcpy(worlds->world, after.worlds.world, (size_t)worlds->count * sizeof *worlds->world);
	if (after.too_many) {
		worlds->count = 1;
		worlds->world[0].lost = true;
	}
	return after.too_many || after.differ ? unknown : after.prediction;
}
