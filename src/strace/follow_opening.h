/*
 * follow_opening: the calls that give descriptors: of a stream socket, which may become a
 * connection, or of something else. Pure.
 */
#ifndef CLOSEWAIT_FOLLOW_OPENING_H
#define CLOSEWAIT_FOLLOW_OPENING_H

#include "strace/connections.h"

/* Takes the finished call name, of which follower->result tells. False when it gives no descriptor
 * of its own; accept(2) and dup(2), which are calls on another one, are none either. */
bool follow_opening(struct follower *follower, const char *name, struct span arguments);

#endif
