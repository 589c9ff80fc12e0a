/*
 * ladder_mark: a ladder diagram as marks with coordinates. Data only.
 */
#ifndef CLOSEWAIT_LADDER_MARK_H
#define CLOSEWAIT_LADDER_MARK_H

#include "language/who.h"

enum ladder_kind {
	LADDER_BOX,   /* behind what deviates: from x1, y1 to x2, y2 */
	LADDER_TEXT,  /* text, and more behind it; on the base line y1, by anchor from, around or to
			 x1 */
	LADDER_LINE,  /* a stretch of the lifeline at x1 from y1 to y2, in state */
	LADDER_STATE, /* the name of state around x1, y1, in a box from x1 to x2 on both sides */
	LADDER_DOT,   /* a call of the lifeline at x1 */
	LADDER_WAIT,  /* a call in the background, beside the lifeline, from y1 to y2 */
	LADDER_ARROW, /* from x1 to x2 at y1 */
};

/* What a mark means: how it looks. */
enum ladder_role {
	LADDER_CALL,
	LADDER_LOOK,   /* a call that changes nothing, or a step of the namespace */
	LADDER_RESULT, /* what a call gave, below it */
	LADDER_REASON,
	LADDER_NOTE,
	LADDER_EXPECTED,
	LADDER_OBSERVED,
	LADDER_PREDICTED,
	LADDER_EVENT,
	LADDER_PACKET,
	LADDER_UNEXPECTED, /* a packet, or */
	LADDER_MISSING,    /* one that was expected and not seen, */
	LADDER_LOST,       /* or that the network lost */
	LADDER_NAME,
	LADDER_TIME,
	LADDER_GAP,
	LADDER_ROLES
};

enum ladder_anchor { LADDER_FROM, LADDER_AROUND, LADDER_TO };

struct ladder_mark {
	enum ladder_kind kind;
	enum ladder_role role;
	enum ladder_anchor anchor;
	int x1, y1, x2, y2, state;
	char *text, *more; /* the mark's own; NULL: none */
};

struct ladder {
	int width, height; /* in pixels, as it is meant to be seen */
	int end_count;
	enum who end[ENDS]; /* from left to right */
	int count, room;
	struct ladder_mark *mark; /* what is behind comes first */
};

#endif
