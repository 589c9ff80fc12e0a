/*
 * socket: making and closing sockets, independent of any endpoint.
 */
#ifndef CLOSEWAIT_SOCKET_H
#define CLOSEWAIT_SOCKET_H

#include "language/family.h"

/* A new socket of family, close-on-exec; or -1 with errno as socket(2) has it. */
int socket_of_family(enum family family);

/* A socket bound to local, and local as the kernel then has it; or -1 with errno. */
int socket_bound(enum family family, struct address *local);

/* The last close(2) of fd resets its connection. */
void socket_linger_none(int fd);

/* Closes a connection at once, without FIN_WAIT or TIME_WAIT left behind. */
void socket_abort(int fd);

#endif
