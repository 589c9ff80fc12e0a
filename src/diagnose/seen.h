/*
 * seen: the calls that one end of a connection made, in their order, and what they returned: what a
 * diagnosis starts from. Pure.
 */
#ifndef CLOSEWAIT_SEEN_H
#define CLOSEWAIT_SEEN_H

#include "language/experiment.h"

struct seen {
	struct experiment *e; /* holds the calls; owned */
	enum who who;         /* whose they are */
	enum family family;
	struct version kernel;
	bool connected; /* the connection was there before the first call */
	int count;
	int call[STEP_LIMIT]; /* the indices of its steps in e */
};

/* Reads calls as they are typed, with ';' or a newline between: "write 6 = 6; write 6 = -1 EPIPE".
 * Each may begin with its end; without one they are the client's, or the server's if it accepts.
 * NULL with errno as experiment_parse has it; what is wrong goes to errors. */
struct experiment *seen_parse(const char *name, const char *text, FILE *errors);

/* Takes the calls of one end out of e, which it owns from then on: the client's, unless only the
 * server makes any. */
void seen_take(struct seen *seen, struct experiment *e, struct version kernel);

void seen_free(struct seen *seen);

const struct step *seen_step(const struct seen *seen, int i);

/* What call i returned; RESULT_NONE when it is not known. */
struct result seen_result(const struct seen *seen, int i);

/* Had the last call in the background not returned when all others had? */
bool seen_hangs(const struct seen *seen);

/* The bytes that calls from i on read and take: what has to arrive if nothing more does later. */
long seen_to_arrive(const struct seen *seen, int i);

#endif
