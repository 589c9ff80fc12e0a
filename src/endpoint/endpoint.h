/*
 * endpoint: one socket of an experiment and the calls made on it.
 *
 * The client in the parent and the server in the listener's process both are endpoints and run
 * their steps through this module alone; nothing else makes socket calls of an experiment. Calls
 * block as they do in a program; a timer that signals this thread at the deadline, and again until
 * the step is over, ends what would block for ever.
 */
#ifndef CLOSEWAIT_ENDPOINT_H
#define CLOSEWAIT_ENDPOINT_H

#include "language/family.h"
#include "language/outcome.h"
#include "language/result.h"
#include "language/step.h"

#include <stdbool.h>
#include <stdint.h>

struct background;

struct endpoint {
	enum who who;
	enum family family;
	int fd; /* CLOSED_DESCRIPTOR once closed */
	int duplicate_count;
	int duplicate[DUPLICATES]; /* of fd, by dup(2): closed after it, the last one first */
	int epoll;                 /* this side's epoll instance, or -1 */
	int listen_fd;         /* the server's listening socket, or -1; fd is this until accept */
	bool listener_dirty;   /* CHANGES_LISTENER: the next experiment gets another one */
	struct address local;  /* of the connection; length 0 while unknown */
	bool accepted;         /* remote is the peer of the accepted connection, for good */
	int strangers;         /* connections of others that were refused in this experiment */
	struct address remote; /* the only peer that is connected to or accepted */
	long sigpipe;          /* a value of sigpipe_modes */
	bool waits;            /* poll, select and epoll_wait wait: they are in the background */
	struct background *background; /* the step started with '&', or NULL */
};

enum { CLOSED_DESCRIPTOR = 0x7fffffff }; /* never open: calls answer EBADF, poll POLLNVAL */

/* An endpoint with nothing open. */
struct endpoint endpoint_new(enum who who);

/* Gives endpoint a fresh socket of family (client) or one that listens on an ephemeral port of its
 * loopback address (server; a listening socket that is still good is kept). local is the listening
 * address then; remote is the caller's to fill in. Returns 0 or a negative errno. */
int endpoint_open(struct endpoint *endpoint, enum family family);

/* Ends an experiment: closes the connection, with a reset so that nothing lingers. A server keeps
 * its listening socket for the next experiment unless connections may wait on it or options were
 * set. */
void endpoint_reset(struct endpoint *endpoint);

/* Will endpoint_reset keep the listening socket? */
bool endpoint_is_reusable(const struct endpoint *endpoint);

/* Closes everything. */
void endpoint_close_all(struct endpoint *endpoint);

/* How many connections that are not remote's came to the server in this experiment? Refuses those
 * that still wait, up to twice as many as can wait at once. The server accepts nothing afterwards.
 */
int endpoint_strangers(struct endpoint *endpoint); /* calls_connection.c */

/* Runs one step; deadline in CLOCK_MONOTONIC nanoseconds. */
void endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);

/* The TCP state of the endpoint: of an open socket by TCP_INFO, of a closed one by the namespace's
 * /proc/net/tcp, where a socket that is not listed is CLOSE. Returns it or a negative errno. */
int endpoint_tcp_state(const struct endpoint *endpoint);

#endif
