#include "page/ladder.h"

#include "page/ladder_rows.h"

#include <stdlib.h>
#include <string.h>

void ladder_free(struct ladder *ladder)
{
	if (!ladder)
		return;
	for (int i = 0; i < ladder->count; i++) {
		free(ladder->mark[i].text);
		free(ladder->mark[i].more);
	}
	free(ladder->mark);
	free(ladder);
}

/* The ends that the trace speaks of, bit 1 << enum who; client and server always. */
static unsigned ends_of(const struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	unsigned ends = 1u << CLIENT | 1u << SERVER;

	for (int i = 0; i < e->step_count; i++)
		ends |= 1u << e->script[i].step.who;
	for (int i = 0; i < trace->capture_count; i++)
		ends |= 1u << trace->capture[i].packet.end;
	return ends & ~(1u << NAMESPACE);
}

/* Those of the client's process stand left of the server's. */
static void place_ends(struct ladder_layout *layout)
{
	unsigned ends = ends_of(layout->trace);
	struct ladder *l = layout->ladder;

	for (int side = CLIENT; side < SIDES; side++)
		for (int who = 0; who < ENDS; who++)
			if (ends & 1u << who && who_side((enum who)who) == (enum who)side)
				l->end[l->end_count++] = (enum who)who;
	int gap = l->end_count == SIDES ? LADDER_ROOM : LADDER_ROOM_FURTHER;

	for (int i = 0; i < l->end_count; i++)
		layout->x[l->end[i]] = LADDER_LEFT + i * gap;
	layout->first = LADDER_LEFT;
	layout->last = LADDER_LEFT + (l->end_count - 1) * gap;
	l->width = layout->last + LADDER_RIGHT;
}

/* What waits until the end, and the lifelines. */
static void finish(struct ladder_layout *layout)
{
	struct ladder *l = layout->ladder;

	for (int who = 0; who < ENDS; who++)
		ladder_rows_end_wait(layout, (enum who)who, layout->y);
	layout->y += LADDER_MARGIN;
	for (int i = 0; i < l->end_count; i++)
		ladder_layout_stretch(layout, l->end[i], layout->y);
	l->height = layout->y + LADDER_MARGIN;
}

static void lay_out(struct ladder_layout *layout, const struct ladder_items *items)
{
	struct ladder *l = layout->ladder;

	place_ends(layout);
	if (layout->trace->begin && items->count && items->item[0].time > 0 &&
		items->item[0].time < INT64_MAX)
		layout->began = items->item[0].time;
	ladder_rows_head(layout);
	for (int i = 0; i < items->count; i++)
		ladder_rows_item(layout, &items->item[i]);
	finish(layout);
	if (!layout->failed)
		qsort(l->mark, (size_t)l->count, sizeof *l->mark, ladder_layout_order);
}

struct ladder *ladder_new(const struct trace *trace)
{
	struct ladder *ladder = calloc(1, sizeof *ladder);
	struct ladder_layout layout = {.trace = trace, .ladder = ladder};
	struct ladder_items items = {0};

	if (ladder && ladder_items_collect(&items, trace))
		lay_out(&layout, &items);
	else
		layout.failed = true;
	free(items.item);
	if (!layout.failed)
		return ladder;
	ladder_free(ladder);
	return NULL;
}
