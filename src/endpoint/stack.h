/*
 * stack: what the stack under test shows of itself.
 *
 * Linux shows everything, and nothing is tried. What another one shows is tried once, on a
 * connection of its own, before a session's first experiment: what it lacks is left out of the
 * experiments, which go on without it. One thing a process: the stack is the machine's.
 */
#ifndef CLOSEWAIT_ENDPOINT_STACK_H
#define CLOSEWAIT_ENDPOINT_STACK_H

#include <stdbool.h>

/* Tries what the stack shows, on the IPv4 loopback; until then, and on failure, everything counts
 * as shown. Before the listener is forked. Returns 0 or a negative errno. */
int stack_try(void);

/* Does /proc/net/tcp list an end whose descriptor is closed? */
bool stack_shows_closed_ends(void);

/* The poll events that tell of these: where POLLRDHUP is never reported, POLLIN, which tcp_poll()
 * sets with it. */
long stack_events(long events);

/* What is missing, a line for each, or NULL: i counts from 0. */
const char *stack_lacks(int i);

#endif
