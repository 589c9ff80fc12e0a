#include "observe/flow.h"

#include <arpa/inet.h>
#include <string.h>

/* Where the other sequence numbers are. Every receive window is larger than 1 byte and, the scale
 * being 14 at most (RFC 7323 2.3), smaller than 1 GiB. */
static const uint32_t distance[] = {
	[SEQUENCE_EXACT] = 0, [SEQUENCE_IN_WINDOW] = 1, [SEQUENCE_OUT_OF_WINDOW] = 1u << 30};

/* Moves next on to end, not back (RFC 9293 3.4: numbers are compared modulo 2^32). */
static void move_on(struct flow_way *way, uint32_t end)
{
	if (way->known && (int32_t)(end - way->next) > 0)
		way->next = end;
}

void flow_sent(struct flow *flow, bool from_client, const struct frame *frame)
{
	if (frame->header.th_flags & TH_ACK)
		move_on(&flow->way[!from_client], frame->ack);
}

void flow_delivered(
	struct flow *flow, bool from_client, const unsigned char *bytes, const struct frame *frame)
{
	struct flow_way *way = &flow->way[from_client];
	uint8_t flags = frame->header.th_flags;
	uint32_t end = frame->seq + frame->payload + !!(flags & TH_SYN) + !!(flags & TH_FIN);

	if (flags & TH_SYN) {
		*way = (struct flow_way){.known = true, .next = end, .at = *frame};
		memcpy(way->like, bytes, frame->tcp);
		if (from_client)
			flow->way[0].known = false; /* the connection before */
	} else if ((int32_t)(frame->seq - way->next) <= 0)
		move_on(way, end); /* nothing is missing before it */
	way->window = ntohs(frame->header.th_win);
}

size_t flow_inject(struct flow *flow, bool from_client, uint8_t flags, enum sequence sequence,
	unsigned char *out)
{
	struct flow_way *way = &flow->way[from_client], *back = &flow->way[!from_client];

	if (!way->known || !back->known)
		return 0;
	struct frame_fields fields = {.flags = flags,
		.seq = way->next + distance[sequence],
		.ack = flags & TH_ACK ? back->next : 0,
		.window = way->window};
	size_t length = frame_make(out, way->like, &way->at, &fields);

	if (sequence == SEQUENCE_EXACT && flags & (TH_SYN | TH_FIN))
		way->next++;
	return length;
}
