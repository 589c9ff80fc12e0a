/*
 * play: the calls that were seen, and acts between them, put to the model one by one: does it give
 * what was seen? Pure.
 *
 * Between two steps stands whatever makes the results independent of timing (model/settle.h), so
 * that a run gives the same as the model. Data that was read has arrived just before it was, or
 * before what ends the peer's sending; and a peer of which nothing else is known reads when its
 * queue is full.
 */
#ifndef CLOSEWAIT_PLAY_H
#define CLOSEWAIT_PLAY_H

#include "diagnose/act.h"
#include "diagnose/seen.h"

/* Is told of every step, in their order: of a call that was seen with its index, else with -1. */
typedef void play_listener(const struct model *before, const struct model *after,
	const struct step *step, const struct prediction *p, int call, void *context);

struct play {
	const struct seen *seen;
	struct model m;
	play_listener *tell; /* NULL: nobody is told */
	void *context;
};

/* Begins; the connection is made if it was there before the first call, unless the socket was never
 * connected. */
struct play play_new(const struct seen *seen, bool unconnected, play_listener *tell, void *context);

/* Takes a step of either end that is no call that was seen, and waits for what it brings about; *p
 * is what it gives. False, with the model in any state, when that is not known. */
bool play_step(struct play *play, const struct step *step, struct prediction *p);

/* Does the act. False, with the model in any state, when it cannot be, or the model does not know
 * what comes of it. at is as of a deed. */
bool play_act(struct play *play, enum act_id act, int at);

enum play_answer { PLAY_DIFFERS, PLAY_AGREES, PLAY_WAITS };

/* Makes call i. PLAY_WAITS: it blocks, and is under way now. */
enum play_answer play_call(struct play *play, int i);

/* What call i, which is under way, returns. */
enum play_answer play_return(struct play *play, int i);

/* All calls were made: does one wait that had not returned, and only such a one? */
bool play_ends(const struct play *play);

#endif
