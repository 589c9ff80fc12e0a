/*
 * ladder_items: what stands in the ladder diagram of a trace, in the order of time. Pure.
 */
#ifndef CLOSEWAIT_LADDER_ITEMS_H
#define CLOSEWAIT_LADDER_ITEMS_H

#include "trace/trace.h"

enum ladder_item_kind {
	ITEM_STEP,    /* index: of the step */
	ITEM_STATES,  /* the states of which some changed with the step */
	ITEM_PACKET,  /* index: of the captured packet */
	ITEM_MISSING, /* index: of the expected packet that was not seen */
	ITEM_EVENT,   /* index: of the kernel's event */
	ITEM_GAP, /* nothing was seen for index milliseconds: somebody waited, for a timer say */
};

struct ladder_item {
	enum ladder_item_kind kind;
	int index;
	int64_t time; /* 0: unknown */
	int order;    /* among those of the same time */
};

struct ladder_items {
	int count;
	struct ladder_item *item;
};

enum { LADDER_GAP_LEAST = 30 }; /* milliseconds of a gap that is told */

/* Collects the items. False without memory. Free items->item. */
bool ladder_items_collect(struct ladder_items *items, const struct trace *trace);

/* The state that an end is in after step i: as it was looked at, or as the step itself tells; 0:
 * unknown. */
int ladder_state_after(const struct trace *trace, int i, enum who who);

#endif
