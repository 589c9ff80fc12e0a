#include "page/ladder_items.h"

#include <stdlib.h>

enum { NANOSECONDS = 1000000 /* in a millisecond */ };

static void add(struct ladder_items *items, enum ladder_item_kind kind, int index, int64_t time)
{
	items->item[items->count] = (struct ladder_item){kind, index, time, items->count};
	items->count++;
}

int ladder_state_after(const struct trace *trace, int i, enum who who)
{
	const struct observation *o = &trace->observation[i];
	const struct step *step = &trace->experiment->script[i].step;
	const struct result *result = &o->outcome.result;

	if (!o->reached)
		return 0;
	if (o->state[who])
		return o->state[who];
	if (step->who != who)
		return 0;
	if (result->kind == RESULT_STATE || result->kind == RESULT_TIMEOUT)
		return (int)result->value;
	return result->kind == RESULT_DONE && step->operation->id == OP_AWAIT &&
			       step->target == TARGET_STATE
		       ? (int)step->number[0]
		       : 0;
}

/* Takes over the states after step i; did any change? */
static bool states_change(const struct trace *trace, int i, int state[ENDS])
{
	bool changed = false;

	for (int who = 0; who < ENDS; who++) {
		int now = ladder_state_after(trace, i, (enum who)who);

		changed |= now && now != state[who];
		state[who] = now ? now : state[who];
	}
	return changed;
}

/* The steps, behind each the states and the packets that it should have made. */
static void add_steps(struct ladder_items *items, const struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	int state[ENDS] = {0}, wire = 0;

	for (int i = -1; i < e->step_count; i++) {
		bool reached = i < 0 || trace->observation[i].reached;
		int64_t end = i < 0     ? trace->begin
			      : reached ? trace->observation[i].outcome.end
					: INT64_MAX;

		if (i >= 0)
			add(items, ITEM_STEP, i,
				reached ? trace->observation[i].outcome.begin : INT64_MAX);
		for (; wire < e->wire_count && e->wire[wire].step <= i; wire++)
			if (trace->reached && trace_expects_packet(trace, wire) &&
				trace->expected_capture[wire] < 0)
				add(items, ITEM_MISSING, wire, end);
		if (i >= 0 && states_change(trace, i, state))
			add(items, ITEM_STATES, i, end);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct ladder_item *left = a, *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return left->order - right->order;
}

/* Puts the gaps between the items, which are in order; there is room. */
static void add_gaps(struct ladder_items *items)
{
	int count = items->count;
	int64_t last = 0;

	for (int i = 0; i < count; i++) {
		struct ladder_item *item = &items->item[i];

		if (item->time <= 0 || item->time == INT64_MAX)
			continue;
		int64_t gap = last ? (item->time - last) / NANOSECONDS : 0;

		if (gap >= LADDER_GAP_LEAST && gap < INT32_MAX) {
			add(items, ITEM_GAP, (int)gap, item->time);
			items->item[items->count - 1].order = -1; /* before the item */
		}
		last = item->time;
	}
}

bool ladder_items_collect(struct ladder_items *items, const struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	size_t most = 2 * (size_t)e->step_count + (size_t)e->wire_count +
		      (size_t)trace->capture_count + (size_t)trace->event_count;

	*items = (struct ladder_items){.item = calloc(2 * most + 1, sizeof *items->item)};
	if (!items->item)
		return false;
	add_steps(items, trace);
	for (int i = 0; i < trace->capture_count; i++)
		add(items, ITEM_PACKET, i, trace->capture[i].time);
	for (int i = 0; i < trace->event_count; i++)
		add(items, ITEM_EVENT, i, trace->event[i].time);
	qsort(items->item, (size_t)items->count, sizeof *items->item, by_time);
	for (int i = 0; i < items->count; i++)
		items->item[i].order = i;
	add_gaps(items);
	qsort(items->item, (size_t)items->count, sizeof *items->item, by_time);
	return true;
}
