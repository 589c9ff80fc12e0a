/*
 * packet: a TCP segment as a wire line shows it: direction, tcpdump's flags, payload length. Pure.
 */
#ifndef CLOSEWAIT_PACKET_H
#define CLOSEWAIT_PACKET_H

#include "language/who.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet {
	bool from_client; /* '>': from the end that connected */
	uint8_t flags;    /* RFC 9293's control bits, as in the header */
	uint32_t length;  /* payload in bytes */
	enum who end;     /* that connected: whose connection it is of */
};

/* What the network between the ends did to a packet that is not just passed on. */
enum packet_fate { PACKET_PASSED, PACKET_INJECTED, PACKET_LOST };

/* A packet as it was captured, when it was sent; seq and ack relative to the initial sequence
 * numbers, as tcpdump shows them. */
struct captured_packet {
	struct packet packet;
	int64_t time; /* CLOCK_REALTIME, nanoseconds */
	uint32_t seq, ack;
	uint16_t window; /* as in the header, not scaled */
	enum packet_fate fate;
	uint16_t client_port; /* of which connection it is */
};

enum { PACKET_TEXT = 48, CAPTURE_TEXT = 96 }; /* bytes that any packet's texts fit in */

/* Reads tcpdump's flags ("S.", "P.", ".", "none"), in tcpdump's order; false when they are not. */
bool packet_flags_parse(const char *text, uint8_t *flags);

/* Writes "> P. 6", or "client2 > P. 6" of a connection that is not client's; a length of 0 is left
 * out. */
void packet_text(const struct packet *packet, char *text, size_t size);

/* Writes "seq 1:7 ack 2 win 512", as tcpdump has it. */
void captured_packet_text(const struct captured_packet *captured, char *text, size_t size);

/* Nothing but an acknowledgement: its timing is the kernel's own affair (delayed ACK). */
bool packet_is_bare_ack(const struct packet *packet);

/* "" of a packet that is just passed on, "injected", "lost". */
const char *packet_fate_text(enum packet_fate fate);

bool packets_equal(const struct packet *a, const struct packet *b);

#endif
