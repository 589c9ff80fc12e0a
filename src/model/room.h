/*
 * room: how many bytes a socket's buffers surely take. How many they take at most depends on how
 * the kernel cuts what is sent into buffers of its own (skb->truesize), which is not modelled: each
 * of these is below what was measured for writes of 6 bytes to 1 MB.
 */
#ifndef CLOSEWAIT_ROOM_H
#define CLOSEWAIT_ROOM_H

#include "model/state.h"

/* Of each direction, whatever stands between the ends. */
enum { CAPACITY = 16384 };

/* What a send buffer surely takes, the other end reading nothing: half of what SO_SNDBUF asked for,
 * of which the kernel makes twice as much; without it tcp_init_buffer_space() makes room for twice
 * the ten segments of the initial window (RFC 6928), which over loopback are of 64 KiB. */
long room_to_queue(const struct model *m, int peer);

/* What a receive queue surely takes, nobody reading: half of what SO_RCVBUF asked for; without it
 * the first window is of 64 KiB (tcp_select_initial_window()). */
long room_to_read(const struct model *m, int peer);

/* How many bytes stand before the other end of peer's connection, with those that are held back. */
long room_taken(const struct model *m, int peer);

#endif
