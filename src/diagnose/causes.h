/*
 * causes: which acts between the calls explain what they returned. Pure.
 *
 * The search puts acts before each call, and while one waits, cheapest first, and asks the model;
 * what comes to the same for the program, the same things arriving in the same order, is one cause,
 * with every way in which it may have come about.
 */
#ifndef CLOSEWAIT_CAUSES_H
#define CLOSEWAIT_CAUSES_H

#include "diagnose/play.h"

enum {
	DEEDS_LIMIT = 8,   /* acts in an explanation */
	WAYS_LIMIT = 6,    /* ways of a cause that are kept */
	CAUSES_LIMIT = 12, /* causes that are kept */
	SIGNATURE_SIZE = 256,
	COST_SLACK = 3,       /* further causes may cost as much more than the cheapest */
	COST_LIMIT = 10,      /* of the cheapest */
	COST_UNCONNECTED = 3, /* of a socket that was never connected */
	NODES_LIMIT = 150000  /* calls and acts that are put to the model */
};

/* Acts at their places. */
struct way {
	int cost, count;
	bool unconnected; /* the socket was never connected, though nothing says so */
	struct deed deed[DEEDS_LIMIT];
};

/* What arrived, in its order, as the program's socket saw it: "FIN EPIPE"; and how. */
struct cause {
	char signature[SIGNATURE_SIZE];
	int count, more; /* ways that are kept, and that are not */
	struct way way[WAYS_LIMIT];
};

struct witness;

struct causes {
	const struct seen *seen;
	const struct witness *witness; /* the packets that judged (witness.h); NULL: none */
	int count, more;
	struct cause cause[CAUSES_LIMIT]; /* cheapest first */
	int furthest; /* the first call that nothing explains; the number of calls: none */
	bool gave_up; /* there was more to try than NODES_LIMIT */
};

/* Finds the causes. False without memory. */
bool causes_find(struct causes *causes, const struct seen *seen);

/* May it have been so, as far as somebody else knows? */
typedef bool causes_judge(const struct way *way, void *context);

/* The same of the ways that judge allows: what it does not is no explanation. */
bool causes_find_judged(
	struct causes *causes, const struct seen *seen, causes_judge *judge, void *context);

/* Plays a way from the beginning. Does it explain all calls? */
bool way_play(const struct seen *seen, const struct way *way, play_listener *tell, void *context);

/* What arrives in a way. */
void way_signature(const struct seen *seen, const struct way *way, char signature[SIGNATURE_SIZE]);

/* Adds to a signature what a step, of which the model said p, made of the socket of who. */
void signature_add(char signature[SIGNATURE_SIZE], const struct model *before,
	const struct model *after, const struct prediction *p, enum who who);

#endif
