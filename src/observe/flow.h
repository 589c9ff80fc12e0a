/*
 * flow: what the network knows of the latest connection through it, from the segments that pass.
 */
#ifndef CLOSEWAIT_FLOW_H
#define CLOSEWAIT_FLOW_H

#include "language/symbols.h"
#include "observe/frame.h"

/* One direction. */
struct flow_way {
	bool known;      /* a SYN was delivered */
	uint32_t next;   /* the sequence number that the receiver expects next */
	uint16_t window; /* the one that the sender announced last, as in the header */
	struct frame at; /* of a frame as the receiver got it: its addresses and ports */
	unsigned char like[FRAME_EMPTY_LIMIT];
};

struct flow {
	struct flow_way way[2]; /* by direction: 1 from the client */
};

/* A segment was sent: its acknowledgement says what its sender expects next. */
void flow_sent(struct flow *flow, bool from_client, const struct frame *frame);

/* The frame, of this segment, was delivered. */
void flow_delivered(
	struct flow *flow, bool from_client, const unsigned char *bytes, const struct frame *frame);

/* Writes to out, of FRAME_EMPTY_LIMIT bytes, a segment that neither end sent, as its receiver gets
 * it. Returns the bytes, or 0 when no connection has passed in both directions. */
size_t flow_inject(struct flow *flow, bool from_client, uint8_t flags, enum sequence sequence,
	unsigned char *out);

#endif
