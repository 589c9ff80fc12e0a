/*
 * packet_role: what each packet is in its connection, by the packets before it: a number alone does
 * not tell an acknowledgement of data from one of a FIN. RFC 9293's terms. Pure.
 */
#ifndef CLOSEWAIT_PACKET_ROLE_H
#define CLOSEWAIT_PACKET_ROLE_H

#include "language/packet.h"

#include <stdbool.h>

enum packet_kind {
	PACKET_OTHER, /* a segment that no TCP should send */
	PACKET_SYN,
	PACKET_SYN_ACK,
	PACKET_DATA,
	PACKET_FIN,       /* with or without data */
	PACKET_ACK,       /* and nothing else */
	PACKET_PROBE,     /* an ACK with an old number, which asks for an answer */
	PACKET_RST,       /* without ACK: answers a segment that has one (3.10.7.1) */
	PACKET_RST_SYN,   /* with ACK: answers a SYN */
	PACKET_RST_ABORT, /* with ACK: sent by a socket of its own accord (3.10.5) */
};

struct packet_role {
	enum packet_kind kind;
	bool again;     /* it was sent before */
	bool acks_syn;  /* the handshake's third segment */
	bool acks_data; /* it is the first to acknowledge some data, */
	bool acks_fin;  /* the FIN */
	bool full;      /* a bare ACK with window 0: no room to receive */
	int answers;    /* of PACKET_RST: the index of the packet that it answers; -1: unknown */
};

/* Finds the role of each of count packets, which are in the order of their times. */
void packet_roles(const struct captured_packet *capture, int count, struct packet_role *role);

#endif
