/*
 * script: the peer's steps, played beside a program that nobody waits for: each is begun when it
 * can be, and asked for when it is over.
 */
#ifndef CLOSEWAIT_SCRIPT_H
#define CLOSEWAIT_SCRIPT_H

#include "run/session.h"
#include "trial/section.h"

struct script {
	struct session *session;
	const struct experiment *peer;
	int64_t deadline; /* CLOCK_MONOTONIC, nanoseconds */
	int next;         /* the first step that was not begun */
	bool running;     /* the step before it is under way */
	bool link_down;
	bool process_ended;
	bool lacks;        /* because this kernel has not what a step asks for */
	char trouble[256]; /* why it cannot go on; empty: it can */
};

/* Is every step of the peer the server's or the namespace's, and none in the background, about a
 * network between the ends, or with a result? False after a message that names the line. */
bool script_fits(const struct experiment *peer);

/* Is there a step that could be begun now? section is the connection that it would be of, or NULL.
 */
bool script_can_begin(const struct script *script, const struct section *section);

/* Begins it. What is over at once is recorded in section; the rest is taken by script_take. */
void script_begin(struct script *script, struct section *section);

/* Is the step under way over? */
bool script_is_over(const struct script *script);

/* Takes what it gave, into section. */
void script_take(struct script *script, struct section *section);

/* Will nothing more happen before the program makes another call? look is that of the connection;
 * NULL when there is none. */
bool script_rests(const struct script *script, const struct section *section,
	const struct connection_look *look);

/* Closes what the steps left open. */
void script_end(struct script *script);

/* Begins anew for the program's next connection. False when the server cannot accept another. */
bool script_again(struct script *script);

#endif
