/*
 * act: what may have happened between the calls that a program made, as steps of an experiment
 * (acts.def). Pure.
 */
#ifndef CLOSEWAIT_ACT_H
#define CLOSEWAIT_ACT_H

#include "model/model.h"

enum act_id {
#define ACT(id, ...) ACT_##id,
#include "diagnose/acts.def"
	ACT_COUNT
};

enum act_flags {
	ENDS_PEER = 1,      /* the peer sends no data afterwards */
	NEEDS_UNREAD = 2,   /* there is data unread at the peer */
	NEEDS_LISTENER = 4, /* the peer is the listening socket */
	DELIVERS = 8,       /* data of the peer's */
	ONCE = 16,          /* at most once */
	BEFORE_ALL = 32,    /* before the first call, of a connection that was there before it */
	OF_INTERNET = 128,  /* only of TCP */
	OF_UNIX = 256,      /* only of AF_UNIX */
	LATE = 64, /* only where the next call would give something else without it, or ends
		      something: earlier makes no difference */
};

struct act {
	int cost, flags;
	const char *steps, *says, *also, *advice;
};

/* By enum act_id. */
extern const struct act acts[ACT_COUNT];

/* An act at its place among the calls: 2 * i before call i, 2 * i + 1 while call i waits. */
struct deed {
	enum act_id act;
	int at;
};

enum { ACT_STEPS = 8 };

/* Makes the step of who that text has: "write 6". False when it has none. */
bool act_read_step(enum who who, const char *text, struct step *step);

/* Is the act one of a family's connections? */
bool act_is_of(enum act_id act, enum family family);

/* The steps of act for the end own, as connection m stands; how many there are, -1 when the act
 * cannot be there. Not of DATA, whose bytes somebody else knows. */
int act_steps(enum act_id act, enum who own, const struct model *m, struct step step[ACT_STEPS]);

#endif
