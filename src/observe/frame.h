/*
 * frame: an Ethernet frame with a TCP segment in it: reading it, and what a network can make of it.
 *
 * On the network between the ends every frame is seen as its sender sent it and, some time later,
 * as the network hands it to the receiver. The network says in the frame what it did: the source
 * address is one of its own then.
 */
#ifndef CLOSEWAIT_FRAME_H
#define CLOSEWAIT_FRAME_H

#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_LIMIT = 65535,     /* bytes in a frame */
	FRAME_EMPTY_LIMIT = 128, /* bytes in one whose segment has neither options nor payload */
};

/* What the network did. */
enum frame_mark {
	FRAME_SENT,      /* nothing yet: it is as its sender sent it */
	FRAME_DELIVERED, /* brought it to its receiver */
	FRAME_INJECTED,  /* made it */
	FRAME_LOST,      /* lost it: nobody receives this one */
};

/* A frame's segment. */
struct frame {
	bool v6;
	size_t ip, tcp;       /* where the headers begin */
	struct tcphdr header; /* a copy: in the frame it need not be aligned */
	uint32_t seq, ack, payload;
};

/* Reads a frame of which length bytes are there. False when there is no TCP segment in it. */
bool frame_read(const unsigned char *bytes, size_t length, struct frame *frame);

enum frame_mark frame_mark_of(const unsigned char *bytes);

/* Says in the frame what the network did. */
void frame_set_mark(unsigned char *bytes, enum frame_mark mark);

/* Makes the frame one to the other end: source and destination address change places. No checksum
 * changes with that. */
void frame_cross(unsigned char *bytes, const struct frame *frame);

/* Makes the frame one of the other direction: addresses and ports change places. */
void frame_turn(unsigned char *bytes, const struct frame *frame);

/* The fields of a segment that the network makes. */
struct frame_fields {
	uint8_t flags;
	uint32_t seq, ack;
	uint16_t window; /* as in the header, not scaled */
};

/* Writes to out, of FRAME_EMPTY_LIMIT bytes, a segment without options and payload, between the
 * addresses and ports of the frame at like. Returns the bytes. */
size_t frame_make(unsigned char *out, const unsigned char *like, const struct frame *frame,
	const struct frame_fields *fields);

#endif
