/*
 * tracepoints: what the kernel's tracepoints tell of one TCP connection: sock:inet_sock_set_state,
 * tcp:tcp_send_reset and tcp:tcp_receive_reset, read through tracefs.
 *
 * Owns a trace instance, "closewait-PID", with buffers and a clock of its own, so that nobody
 * else's tracing is touched. A second process, the keeper, makes the instance and removes it when
 * tracepoints_close says so or the process that opened it is gone, killed or not: there is one path
 * of removal. Needs root, or whoever else may write to tracefs, which must be mounted already on
 * /sys/kernel/tracing.
 *
 * The events are the whole machine's, of every network namespace, and tell no namespace: a
 * connection is known by its two ports alone.
 */
#ifndef CLOSEWAIT_TRACEPOINTS_H
#define CLOSEWAIT_TRACEPOINTS_H

#include "language/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tracepoints;

/* Starts recording. Takes some 30 ms, most of it the kernel's, to set the instance's clock.
 *
 * Returns 0, or a negative errno, and then message (of size bytes) says what was attempted and
 * what to do: -ENOENT tracefs is not mounted (it never mounts anything), -EACCES or -EPERM no
 * permission, -EOPNOTSUPP the kernel lacks a tracepoint or one of its fields (message names it),
 * -EEXIST the instance exists: this process has events open already; otherwise what fork(2),
 * socketpair(2), calloc(3) or a file of the instance answered (-EPIPE: the keeper died). */
int tracepoints_open(struct tracepoints **events, char *message, size_t size);

/* Stops recording and removes the instance; it is gone when this returns, unless another process
 * has kept one of its files open for five seconds: then it stays, disabled. NULL is allowed. */
void tracepoints_close(struct tracepoints *events);

/* Drains what was recorded since the last read and keeps the events of the connection between
 * client_port and server_port (host byte order), in either direction, IPv4 or IPv6, sorted by time.
 * The client's own CLOSE -> SYN_SENT is not among them: it has no port yet.
 *
 * A text holds the event's name, and of the fields state and reason those that this kernel's event
 * has: "tcp_send_reset state TIME_WAIT reason TCP_TIMEWAIT_SOCKET" (both since 6.10; state is
 * UNKNOWN without a socket).
 *
 * Returns how many were stored in event, which has room for limit. A gap is an error: -EOVERFLOW
 * when the kernel's buffers overran since the last read, -ENOBUFS when the connection has more than
 * limit events; otherwise a negative errno of the buffers' files. What was recorded is drained all
 * the same. */
int tracepoints_read(struct tracepoints *events, uint16_t client_port, uint16_t server_port,
	struct event *event, int limit);

#endif
