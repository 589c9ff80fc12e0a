/*
 * listener: the server's process. Forks it and speaks with it over a socketpair. Where a program is
 * the server (closewait try) it is the client's process instead, and listens to nobody.
 *
 * One message carries a run of consecutive server steps, one message brings their outcomes. The
 * process serves any number of experiments and ends with its parent, whatever happens: the kernel
 * kills it when the parent dies (PR_SET_PDEATHSIG), and it exits when its end of the socketpair
 * reports end of file.
 */
#ifndef CLOSEWAIT_LISTENER_H
#define CLOSEWAIT_LISTENER_H

#include "endpoint/ends.h"

#include <sys/types.h>

enum { LISTENER_BATCH = 8 }; /* steps in one message */

struct listener {
	pid_t pid;         /* 0: none */
	bool plays_client; /* from listener_start on: its ends are the client's */
	int control;
	enum family family;
	enum place place;
	uint16_t port;          /* to listen on from the next experiment on; 0: any */
	struct address address; /* where it listens */
	struct address local;   /* of its first end, after the step before */
	bool many;              /* the experiment has further ends, and then where the ends are: */
	struct whereabouts where[ENDS]; /* the client's, as the server sees them, are told to it */
	bool ready;                     /* for the next experiment on family, without being told */
	bool renew;                     /* the next experiment needs a new listening socket */
	bool begin;                     /* the next message begins an experiment */
};

/* Forks a listener that is given up when it does not answer for patience milliseconds. Returns 0 or
 * a negative errno. */
int listener_start(struct listener *listener, int patience);

/* Ends the process and reaps it. Does nothing when there is none. */
void listener_stop(struct listener *listener);

/* Somebody who waits for all children has waited for its end: its pid may be another's by now. */
void listener_reaped(struct listener *listener);

/* Begins an experiment on family: afterwards the server listens on listener->address, at place.
 * Costs no message when it still does since the experiment before. Returns 0, the negative errno of
 * a socket call that failed there, -EPIPE when the process died, or -ETIMEDOUT when it does not
 * answer. */
int listener_open(struct listener *listener, enum family family, enum place place);

/* Does the process answer? It is not asked to do anything. */
bool listener_answers(struct listener *listener);

/* Runs up to LISTENER_BATCH steps; the server accepts client and nobody else. Stops behind a step
 * that timed out. Returns how many were run, or -EPIPE or -ETIMEDOUT as above. */
int listener_run(struct listener *listener, const struct step *const *step, int count,
	int64_t deadline, const struct address *client, struct outcome *outcome);

/* The same of one step, without waiting for it: the control socket is readable when it is over.
 * peer is the client that it accepts or, if it is a client, the server that it connects to. Returns
 * 0 or -EPIPE. */
int listener_start_step(struct listener *listener, const struct step *step, int64_t deadline,
	const struct address *peer);

/* What it gave; waits for it. Returns 0, or -EPIPE or -ETIMEDOUT as above. */
int listener_finish_step(struct listener *listener, struct outcome *outcome);

/* The server's next connection: it listens on as before, and accepts another client. The one that
 * it accepted before stays as it is until the experiment ends. Returns 0, -EMFILE when it keeps as
 * many as it can, or -EPIPE or -ETIMEDOUT as above. */
int listener_next(struct listener *listener);

/* How many connections that are not client's came to the server in this experiment, which is over;
 * it refuses those that wait. Returns them, or -EPIPE or -ETIMEDOUT as above. */
int listener_strangers(struct listener *listener, const struct address *client);

#endif
