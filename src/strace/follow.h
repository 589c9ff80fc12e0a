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

/* Takes one that no text was of, on call->fd. */
void follow_seen(struct follower *follower, const struct call *call);

#endif
