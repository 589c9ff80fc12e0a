/*
 * ladder_layout: a ladder diagram while it grows from top to bottom, and the marks that its rows
 * have in common. Pure.
 */
#ifndef CLOSEWAIT_LADDER_LAYOUT_H
#define CLOSEWAIT_LADDER_LAYOUT_H

#include "page/ladder_mark.h"
#include "trace/trace.h"

enum {
	LADDER_LEFT = 92,          /* of the first lifeline: the clock and half a state's name */
	LADDER_RIGHT = 48,         /* right of the last one */
	LADDER_ROOM = 264,         /* between two lifelines, */
	LADDER_ROOM_FURTHER = 168, /* where there are more */
	LADDER_MARGIN = 10,
	LADDER_CLOCK = 38, /* where the times end */
};

struct ladder_layout {
	const struct trace *trace;
	struct ladder *ladder;
	bool failed;     /* no memory */
	int x[ENDS];     /* of the lifelines */
	int first, last; /* of them */
	int64_t began;   /* the time of the first row; 0: unknown */
	int y;           /* how far it has come */
	int state[ENDS], since[ENDS];
	int waits[ENDS]; /* the top of a call in the background; 0: none is under way */
};

/* Adds a mark, whose texts it takes over; without memory the layout has failed. */
void ladder_layout_add(struct ladder_layout *layout, struct ladder_mark mark);

/* Adds the mark as a text of length bytes, with more behind it, unless that is empty. */
void ladder_layout_text(struct ladder_layout *layout, struct ladder_mark mark, const char *text,
	int length, const char *more);

/* Adds the time of a row whose base line is y; nothing where it is unknown. */
void ladder_layout_clock(struct ladder_layout *layout, int64_t time, int y);

/* The lifeline's stretch in one state ends at y, and another one begins. */
void ladder_layout_stretch(struct ladder_layout *layout, enum who who, int y);

/* For qsort(3): what is behind comes first; otherwise from top to bottom. */
int ladder_layout_order(const void *a, const void *b);

#endif
