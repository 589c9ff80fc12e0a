/*
 * network: the network between the ends of an experiment that asks for one: its process
 * (forwarder.h), and what the session asks of it.
 */
#ifndef CLOSEWAIT_NETWORK_H
#define CLOSEWAIT_NETWORK_H

#include "language/step.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct network {
	pid_t pid; /* 0: there is none */
	int control;
	unsigned waiting; /* a bit for each drop and reorder step, in their order: no such segment
			     has come by */
};

/* Makes the network in the calling thread's namespace; does nothing when there is one that works.
 * One that does not answer for patience milliseconds is given up. Returns 0, or a negative errno
 * with a message of what was refused. */
int network_open(struct network *network, int patience, char *message, size_t size);

/* Ends it. Nothing is left of it. Does nothing when there is none. */
void network_close(struct network *network);

/* Begins an experiment whose server listens on port: nothing is on its way, and nothing is done to
 * what comes. Returns 0 or -EPIPE when the network's process died or does not answer; then there
 * is none any more. */
int network_begin(struct network *network, uint16_t server_port);

/* Runs a step of the network's. Returns 0, the negative errno that is the step's result (-ENOTCONN:
 * to inject into a connection that was not there; -ENOSPC: too many drops), or -EPIPE as above. */
int network_step(struct network *network, const struct step *step);

/* Waits until everything that was sent before is delivered, lost or held back on purpose: then both
 * ends are as they would be over loopback. Returns 0 or -EPIPE as above. */
int network_settle(struct network *network);

#endif
