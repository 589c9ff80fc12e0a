/*
 * tracee: looks into a traced process that stands still: its memory, its descriptors, what it does
 * with signals. Nothing of it is copied or held: what a descriptor stands for is told by the inode
 * that /proc/PID/fd shows, so that no duplication, fork, exec or passing of it can be missed.
 */
#ifndef CLOSEWAIT_TRACEE_H
#define CLOSEWAIT_TRACEE_H

#include "language/family.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Copies size bytes at address to bytes; returns how many could be read. */
size_t tracee_read(pid_t pid, unsigned long address, void *bytes, size_t size);

/* The inode of the socket that the descriptor is; 0 when it is none. */
unsigned long tracee_socket(pid_t pid, int fd);

/* The address that the socket, which is the descriptor fd of the process, is bound to; and does it,
 * of AF_INET6, refuse IPv4 (IPV6_V6ONLY)? False when it cannot be told. A copy of the descriptor is
 * held meanwhile: not of a connection, therefore, which it would keep open. */
bool tracee_bound(pid_t process, int fd, struct address *address, bool *only_v6);

/* How many descriptors of the process are the socket with this inode. */
int tracee_count(pid_t pid, unsigned long inode);

/* Is the socket registered in the epoll instance epoll? Then data is what its events carry. */
bool tracee_epoll_has(pid_t pid, int epoll, unsigned long inode, uint64_t *data);

/* How many descriptors that are this socket does the message at address, of sendmsg(2), pass on? */
int tracee_passes(pid_t pid, unsigned long address, unsigned long inode);

/* The process that the thread is of; pid itself when it is gone. */
pid_t tracee_process(pid_t pid);

/* Does the thread sleep in a call? */
bool tracee_sleeps(pid_t pid);

/* Is the thread about to end? What it held is being closed then. */
bool tracee_ends(pid_t pid);

/* What the thread does with signal: 'i' ignores it, 'c' catches it, 'b' blocks it, 'd' leaves it
 * its default effect. */
char tracee_disposition(pid_t pid, int signal);

/* Is the program that the process runs set-user-ID or set-group-ID to somebody else? A tracer
 * without privileges of its own keeps it from having theirs (begin_new_exec()). */
bool tracee_is_privileged(pid_t pid);

#endif
