/*
 * descriptors: which descriptors and addresses an endpoint has, and what the kernel says of them.
 */
#ifndef CLOSEWAIT_DESCRIPTORS_H
#define CLOSEWAIT_DESCRIPTORS_H

#include "endpoint/state.h"

/* After a call of connect(2), or while it blocks, when the kernel has chosen the local address,
 * too: looks it up, and remembers the remote one. */
void descriptors_connecting(struct endpoint *endpoint);

/* fd, accepted from peer, is the connection from now on, in place of the listening socket. */
void descriptors_accepted(struct endpoint *endpoint, int fd, const struct address *peer);

/* fd was closed: the last duplicate takes its place. */
void descriptors_closed(struct endpoint *endpoint);

/* Is fd, just accepted from peer, somebody else's connection? In the background the client's
 * address is not known yet: there, only one of AF_UNIX can be told. */
bool descriptors_is_stranger(const struct endpoint *endpoint, int fd, const struct address *peer);

/* Resets such a connection, and counts it. */
void descriptors_refuse_stranger(struct endpoint *endpoint, int fd);

/* The TCP state of the endpoint: of an open socket by TCP_INFO, of a closed one by the namespace's
 * /proc/net/tcp, where a socket that is not listed is CLOSE. Returns it, 0 on a family without one
 * and where the stack does not show it, or a negative errno. */
int endpoint_tcp_state(const struct endpoint *endpoint);

#endif
