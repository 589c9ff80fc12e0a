/*
 * ends: the ends of an experiment that one process has, and where those of the other are.
 *
 * The client's process and the listener's each have one of these. In most experiments one end of it
 * is used; a step of another finds its socket open, fresh, from the start. All run their steps in
 * the process's one thread, and each has its own step in the background.
 *
 * LISTENER is the listening socket. Until "server" has accepted, that end is the same descriptor:
 * what a step of one of them changes of it, the other sees. A further end of the server that has
 * done nothing else accepts from the listening socket, too, and is the connection then.
 */
#ifndef CLOSEWAIT_ENDS_H
#define CLOSEWAIT_ENDS_H

#include "endpoint/endpoint.h"

#include <stdint.h>

enum { FURTHER = ENDS / SIDES - 1 }; /* ends of a side beside client or server */

struct ends {
	enum who side;
	struct endpoint first;            /* client or server */
	struct endpoint further[FURTHER]; /* the second, third... */
	struct endpoint listener;
	enum place place;               /* of the server in this experiment */
	bool many;                      /* ends beside first are open in this experiment */
	struct whereabouts where[ENDS]; /* of every end of the experiment that is anywhere */
};

/* The ends of a side, with nothing open. */
struct ends ends_new(enum who side);

/* Begins an experiment: opens first as endpoint_open does, and the others when many is true.
 * Returns 0 or a negative errno. */
int ends_open(struct ends *ends, enum family family, enum place place, bool many);

/* Ends an experiment, as endpoint_reset does for each. */
void ends_reset(struct ends *ends);

void ends_close_all(struct ends *ends);

/* Can the next experiment begin without being told, on the same listening socket? */
bool ends_are_reusable(const struct ends *ends);

/* endpoint_strangers() of all ends of the server together. */
int ends_strangers(struct ends *ends);

/* Runs one step of an end of this side; deadline in CLOCK_MONOTONIC nanoseconds. */
void ends_run(
	struct ends *ends, const struct step *step, int64_t deadline, struct outcome *outcome);

#endif
