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

#include "family.h"
#include "result.h"
#include "step.h"

#include <stdbool.h>
#include <stdint.h>

struct endpoint {
	enum who who;
	enum family family;
	int fd;                /* CLOSED_DESCRIPTOR once closed */
	int listen_fd;         /* the server's listening socket, or -1; fd is this until accept */
	bool listen_worn;      /* options were set on it, which accepted sockets inherit */
	struct address local;  /* of the connection; length 0 while unknown */
	struct address remote; /* the only peer that is connected to or accepted */
	long sigpipe;          /* a value of sigpipe_modes */
};

/* What a step gave, and when (CLOCK_REALTIME, nanoseconds: the clock of captured packets). */
struct outcome {
	struct result result;
	int64_t begin, end;
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

/* Runs one step; deadline in CLOCK_MONOTONIC nanoseconds. */
void endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);

/* The TCP state of the endpoint: of an open socket by TCP_INFO, of a closed one by the namespace's
 * /proc/net/tcp, where a socket that is not listed is CLOSE. Returns it or a negative errno. */
int endpoint_tcp_state(const struct endpoint *endpoint);

/* The operations, one a row of the vocabulary. Each gives the call's result. */
typedef void endpoint_operation(
	struct endpoint *endpoint, const struct step *step, struct result *result);
endpoint_operation endpoint_connect, endpoint_accept, endpoint_write, endpoint_send, endpoint_read,
	endpoint_recv, endpoint_shutdown, endpoint_close, endpoint_poll, endpoint_getsockopt,
	endpoint_setsockopt, endpoint_state, endpoint_await, endpoint_sigpipe;

#endif
