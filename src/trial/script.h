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
	enum who side;     /* which end the peer is */
	struct address to; /* where a peer that is the client connects to */
	const struct experiment *peer;
	int64_t deadline; /* CLOCK_MONOTONIC, nanoseconds */
	int next;         /* the first step that was not begun */
	bool running;     /* the step before it is under way */
	bool link_down;
	bool process_ended;
	bool lacks;        /* because this kernel has not what a step asks for */
	char trouble[256]; /* why it cannot go on; empty: it can */
};

/* Which end the peer is whose script it is: the one that its steps are of. */
enum who script_side(const struct experiment *peer);

/* Is every step of the peer that of its side or the namespace's, and none in the background, about
 * a network between the ends, or with a result? In the script of a client "server accept" may
 * stand, where it waits until the program has accepted it. False after a message that names the
 * line. */
bool script_fits(const struct experiment *peer, enum who side);

/* Is there a step that could be begun now? section is the connection that it would be of, or NULL.
 */
bool script_can_begin(const struct script *script, const struct section *section);

/* Begins it. What is over at once is recorded in section; the rest is taken by script_take. */
void script_begin(struct script *script, struct section *section);

/* Is the step under way over? */
bool script_is_over(const struct script *script);

/* Takes what it gave, into section. */
void script_take(struct script *script, struct section *section);

/* A call of the program's that slept since the step under way was begun is over: if that woke it,
 * takes first what it gave, into section. A step that sleeps itself has woken nobody. Returns
 * whether it did. */
bool script_take_first(struct script *script, struct section *section);

/* Will nothing more happen before the program makes another call? look is that of the connection;
 * NULL when there is none. */
bool script_rests(const struct script *script, const struct section *section,
	const struct connection_look *look);

/* Closes what the steps left open. */
void script_end(struct script *script);

/* Nothing that was sent is under way, or it will never arrive. Data between two ends that are both
 * there changes no answer but that of a full buffer, so its acknowledgement is not waited for. */
bool script_settled(const struct script *script, const struct connection_look *look);

/* Begins anew for the program's next connection. False when the server cannot accept another. */
bool script_again(struct script *script);

#endif
