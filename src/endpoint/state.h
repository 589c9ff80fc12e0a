/*
 * state: what an endpoint consists of. Who may touch which field: endpoint.h, "Threads".
 */
#ifndef CLOSEWAIT_ENDPOINT_STATE_H
#define CLOSEWAIT_ENDPOINT_STATE_H

#include "language/family.h"
#include "language/step.h"

#include <stdbool.h>
#include <stdint.h>

struct background;

enum { CLOSED_DESCRIPTOR = 0x7fffffff }; /* never open: calls answer EBADF, poll POLLNVAL */

/* Where an end is, and who is at the other end of its connection; length 0: unknown. */
struct whereabouts {
	struct address local, remote;
};

struct endpoint {
	enum who who;
	enum family family;
	int fd; /* CLOSED_DESCRIPTOR once closed */
	int duplicate_count;
	int duplicate[DUPLICATES]; /* of fd, by dup(2): closed after it, the last one first */
	int epoll;                 /* this side's epoll instance, or -1 */
	uint16_t port;             /* that the server listens on; 0: the kernel chooses one */
	int listen_fd;       /* the server's listening socket, or -1; fd is this until accept */
	bool listener_dirty; /* CHANGES_LISTENER: the next experiment gets another one */
	bool fresh;          /* a further end of the server that has done nothing: it may accept */
	int acceptor;        /* the listening socket, for fresh */
	struct address target;           /* of the next connect(2), length 0: remote; of bind(2) */
	const struct whereabouts *known; /* where the experiment's ends are, ENDS of them; NULL:
					remote alone is known */
	struct address local;            /* of the connection; length 0 while unknown */
	bool accepted;         /* fd is the accepted connection, and remote its peer, for good */
	int strangers;         /* connections of others that were refused in this experiment */
	struct address remote; /* the peer that is connected to or accepted */
	enum sigpipe_mode sigpipe;
	bool in_background; /* the background thread's copy: poll, select, epoll_wait wait */
	_Atomic int *ring;  /* in that copy: its io_uring, for who cancels what it waits for */
	struct background *background; /* the step started with '&', or NULL */
};

#endif
