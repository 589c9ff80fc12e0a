/*
 * conversations: the connections of a capture, followed packet by packet, in memory that does not
 * grow with it. Pure.
 *
 * One that ended without a trouble makes room for others first, then one in which nothing happened
 * for longest.
 */
#ifndef CLOSEWAIT_CONVERSATIONS_H
#define CLOSEWAIT_CONVERSATIONS_H

#include "packets/conversation.h"

enum {
	CONVERSATIONS_LIMIT = 4096, /* connections that are followed at once */
	CONVERSATIONS_KEPT = 64,    /* of those with a trouble, and of those that are wanted */
};

struct conversations;

struct conversations_totals {
	long packets;   /* segments */
	long begun;     /* connections */
	long closed;    /* of them made room: both ends had closed, */
	long forgotten; /* were not over yet, */
	long dropped;   /* had a trouble, beyond those that are kept */
	long copies, fragments;
};

/* Is it worth to be kept though it had no trouble? */
typedef bool conversations_wanted(const struct conversation *c, void *context);

/* NULL without memory. wanted may be NULL: none is. */
struct conversations *conversations_new(conversations_wanted *wanted, void *context);
void conversations_free(struct conversations *all);

/* Takes a packet. False without memory. */
bool conversations_take(struct conversations *all, const struct tcp_packet *packet);

const struct conversations_totals *conversations_totals(const struct conversations *all);

/* Puts the connections in order, once there are no more packets. */
void conversations_sort(struct conversations *all);

/* Then: those that are still there, the ones with a trouble first, each in the order in which they
 * began; NULL behind the last. */
const struct conversation *conversations_at(const struct conversations *all, int i);

#endif
