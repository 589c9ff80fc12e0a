/*
 * capture: the packets on the sandbox's loopback, captured with libpcap; or on the network between
 * the ends of an experiment that has one.
 *
 * Opened once a process. Each packet is seen once (of loopback's two copies libpcap drops the
 * outgoing one), and a packet that the capture lost is an error, never a gap.
 */
#ifndef CLOSEWAIT_CAPTURE_H
#define CLOSEWAIT_CAPTURE_H

#include "language/packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture;

/* Opens the capture on lo of the calling thread's namespace. When file is not NULL, the packets are
 * written to it in pcap format with nanosecond times, and it is closed by capture_close. On failure
 * a negative errno, and message says what was attempted. */
int capture_open(struct capture **opened, FILE *file, char *message, size_t size);

/* Opens it on the network between the ends, too, of which the device was just made (tap.h); the
 * file is the same. On failure as above, and the capture on lo stays. */
int capture_open_network(struct capture *capture, char *message, size_t size);

/* Closes the capture. Returns 0, or the negative errno of the write that failed when the file is
 * not complete. NULL is allowed. */
int capture_close(struct capture *capture);

/* Begins an experiment whose server listens on port, on the network between the ends, or on lo:
 * forgets what was captured before. */
void capture_begin(struct capture *capture, uint16_t server_port, bool network);

/* In this experiment connections to other ports count, too. */
void capture_others(struct capture *capture);

/* Gives the next packet of a connection to the server's port that began since capture_begin, if one
 * is there. On the network each is given as it was sent; one that is lost there is given a second
 * time then, with PACKET_LOST. Returns 1, 0 or a negative errno. */
int capture_next(struct capture *capture, struct captured_packet *captured);

/* Waits until another packet may be there, until deadline (CLOCK_MONOTONIC, nanoseconds). */
void capture_wait(struct capture *capture, int64_t deadline);

/* Did the capture lose packets since capture_begin? */
bool capture_lost(struct capture *capture);

#endif
