/*
 * conversation: what a capture shows of one TCP connection: who sent what, what was sent again,
 * what the capture does not have, and how it ended. Pure.
 *
 * Numbers are counted from the initial sequence number, as tcpdump prints them, and do not wrap.
 */
#ifndef CLOSEWAIT_CONVERSATION_H
#define CLOSEWAIT_CONVERSATION_H

#include "packets/tcp_packet.h"

enum {
	CONVERSATION_PACKETS = 64, /* of its packets that are kept: the last */
	COPY_TIME = 1000000,       /* nanoseconds: the same segment in less is a copy, which a
				      capture on several devices has; nothing is sent again so soon
				      (tcp(7): the least timeout is 200 ms) */
};

/* The ends: the one that connected, and the other. */
enum { CONNECTOR, ACCEPTOR };

/* A packet that is kept; bare acknowledgements are not. */
struct conversation_packet {
	long number;
	int64_t time;
	int from;            /* CONNECTOR or ACCEPTOR */
	uint8_t flags;       /* as in the header */
	uint64_t begin, ack; /* ack is 0 without the flag */
	uint32_t length;     /* bytes */
	uint16_t window;
	bool again; /* it was there before */
	bool probe; /* a keep-alive, or the probe of a closed window */
};

/* What one end sent. */
struct conversation_way {
	struct tcp_address address;
	bool known;           /* base is */
	uint32_t base;        /* the initial sequence number */
	uint64_t next, acked; /* behind the last number that was sent, that was acknowledged */
	uint64_t bytes;       /* of payload, each once */
	uint64_t missing;     /* of them not in the capture */
	long packets, again, probes;
	long syn, fin, rst; /* the packet that has the first, by its number; 0: none */
	uint64_t fin_at;    /* the FIN's number */
	uint8_t rst_flags;
	long closed_windows; /* packets that say that there is no room */
	long unanswered;     /* packets that asked for an acknowledgement since the last from the
				other end */
};

struct conversation {
	long number;        /* from 1, in the order in which they began */
	bool whole;         /* the capture has its SYN */
	bool guessed;       /* nothing shows who connected: the lower port is the acceptor's */
	long first, last;   /* packets, by their numbers */
	int64_t begin, end; /* their times */
	long packets, copies, fragments;
	struct conversation_way way[2]; /* by who sent */
	long kept;                      /* packet i stands at i % CONVERSATION_PACKETS */
	struct conversation_packet packet[CONVERSATION_PACKETS];
};

/* Begins with its first packet. */
void conversation_begin(struct conversation *c, long number, const struct tcp_packet *packet);

/* Takes a packet, the first one, too. */
void conversation_take(struct conversation *c, const struct tcp_packet *packet);

/* Is the packet, between the same addresses, one of a new connection? */
bool conversation_is_over(const struct conversation *c, const struct tcp_packet *packet);

enum conversation_trouble {
	TROUBLE_NONE,       /* it goes on, or both ends closed */
	TROUBLE_RESET,      /* a RST ended it */
	TROUBLE_REFUSED,    /* a RST answered the SYN */
	TROUBLE_UNANSWERED, /* nothing answered the SYN */
	TROUBLE_SILENT,     /* nothing answers what is sent again, or probes */
	TROUBLE_EARLY,      /* the acceptor's FIN was the first thing that came from it */
};

enum conversation_trouble conversation_trouble(const struct conversation *c);

/* Did both ends close, and was all acknowledged? */
bool conversation_closed(const struct conversation *c);

/* Packet i of those that are kept, from the oldest on; NULL behind the last. */
const struct conversation_packet *conversation_packet(const struct conversation *c, int i);

#endif
