/*
 * connection: both ends of a TCP connection as the namespace's tables show them, found by their
 * ports or by a socket's inode. No descriptor of either end is needed, or held.
 */
#ifndef CLOSEWAIT_CONNECTION_H
#define CLOSEWAIT_CONNECTION_H

#include "language/family.h"

#include <stdbool.h>
#include <stdint.h>

/* The client's end at the port that connected, the server's at the one that listened. */
struct connection {
	uint16_t client_port, server_port;
};

/* What the kernel shows of the two ends; the index is an enum who. */
struct connection_look {
	int state[2];                        /* TCP_...; TCP_CLOSE for an end that is not listed */
	bool rests[2];                       /* as proc_net_tcp_rests() has it */
	unsigned long unread[2], unacked[2]; /* bytes; a FIN among those that it sent is one */
};

/* Looks at both ends, in the calling thread's namespace. Returns 0 or a negative errno. */
int connection_look(const struct connection *connection, struct connection_look *look);

/* Finds the connection that the socket with this inode is the client's or, where it is not, the
 * server's end of. -ENOENT when it is listed as no end of a connection. */
int connection_of_inode(unsigned long inode, bool client, struct connection *connection);

/* The client's address, as the server's end of family shows it. -ENOENT when that is not listed. */
int connection_client_address(
	const struct connection *connection, enum family family, struct address *address);

#endif
