/*
 * decode: what the registers and the memory of a tracee say of the call that it makes.
 */
#ifndef CLOSEWAIT_DECODE_H
#define CLOSEWAIT_DECODE_H

#include "calls/call.h"

#include <stdint.h>
#include <sys/types.h>

enum { DECODE_LIMIT = 16 }; /* sockets that are looked for at once */

/* The sockets that are of interest, by their inodes. */
struct decode_sockets {
	int count;
	unsigned long inode[DECODE_LIMIT];
};

/* A call under way. */
struct decoded {
	struct call call;
	int socket;          /* which of the sockets it is made on; -1: none of them */
	unsigned long place; /* where in memory its answer for the socket will be; 0: nowhere */
	uint64_t carried;    /* by the socket's events of epoll */
};

/* At the call's entry. The arguments are those of call.argument. */
void decode_entry(pid_t pid, const struct decode_sockets *sockets, struct decoded *decoded);

/* At its exit: adds what it returned, call.returned being set. False when it was an epoll_wait,
 * poll or select that returned for other descriptors alone: nothing that concerns the socket. */
bool decode_exit(pid_t pid, struct decoded *decoded);

#endif
