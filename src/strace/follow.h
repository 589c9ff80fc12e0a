/*
 * follow: which connection a call is on: over socket, accept, dup, close and epoll_ctl,
 * and of those that were there before the log began by what their calls show. Pure.
 */
#ifndef CLOSEWAIT_FOLLOW_H
#define CLOSEWAIT_FOLLOW_H

#include "calls/call.h"
#include "strace/connections.h"

/* Takes a finished call of follower->process. */
void follow_call(
	struct follower *follower, const char *name, struct span arguments, const char *result);

/* A call of follower->process begins, of whose arguments so much was printed: it is under way on
 * process->on, if that is known. */
void follow_begun(struct follower *follower, const char *name, struct span arguments);

/* It is over, or will never be: follow_call() takes what it gave before. */
void follow_over(struct follower *follower, struct process *process);

/* The log ends, and process is in the middle of a call. */
void follow_hangs(struct follower *follower, struct process *process);

/* Takes one that no text was of, on call->fd. */
void follow_seen(struct follower *follower, const struct call *call);

#endif
