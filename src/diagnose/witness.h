/*
 * witness: a connection's packets beside the calls that one of its ends made, and whether they
 * allow what a cause says was sent. Pure.
 *
 * What ends a connection is held against the packets: each end's FIN and its RST, and whether the
 * RST was sent of a socket's own accord or answers a segment. Packets and calls have clocks of
 * their own; they are put side by side by the bytes: a call whose data stands before a packet had
 * begun before it.
 */
#ifndef CLOSEWAIT_WITNESS_H
#define CLOSEWAIT_WITNESS_H

#include "diagnose/causes.h"
#include "diagnose/sheet.h"
#include "packets/conversation.h"

enum {
	WITNESS_EVENTS = 8, /* of an end */
	WITNESS_FALLEN = 8, /* candidates that fell out, which are kept */
	WITNESS_TEXT = 256,
};

enum witnessed {
	WITNESSED_FIN,
	WITNESSED_ABORT,   /* a RST with ACK: tcp_send_active_reset() */
	WITNESSED_ANSWER,  /* one without, after the end's FIN: tcp_v4_send_reset() */
	WITNESSED_STRAY,   /* one without, and no FIN: not of a socket that has the connection */
	WITNESSED_REFUSAL, /* a RST that answers a SYN */
	WITNESSED_RST,     /* any RST: how it comes about is not known */
};

struct witnessed_event {
	enum witnessed kind;
	long packet; /* of a way: 0 */
	int after;   /* the last call whose data stands before the packet, or -1; of a way: the last
			call that was made before it */
	bool followed; /* data of a later call stands behind the packet */
};

struct witnessed_events {
	int count;
	struct witnessed_event event[WITNESS_EVENTS];
};

/* A candidate that the packets contradict. */
struct fallen {
	char title[WITNESS_TEXT], why[WITNESS_TEXT];
	long packet; /* that contradicts it; 0: it is one that is not there */
};

struct witness {
	const struct seen *seen;
	const struct conversation *c;
	int own;          /* which end of it made the calls: CONNECTOR or ACCEPTOR */
	const char *noun; /* what its packets' numbers count */
	bool whole;       /* nothing is missing in the capture */
	bool unseen;      /* but bytes that the calls sent are not in it: lost before it */
	struct witnessed_events own_events, peer_events;
	int after[CONVERSATION_PACKETS]; /* of a packet that is kept: the last call whose data
					    stands before it, or in it, or -1 */
	int fallen_count;                /* how many fell out */
	struct fallen fallen[WITNESS_FALLEN];
};

/* Puts the packets of c beside the calls in seen, which end own of it made. bytes has how many each
 * call sent, 0 of others; NULL: what the results say. before is how many were sent before the first
 * call, or -1 when that is not known. cut: the capture ends too soon. */
void witness_begin(struct witness *witness, const struct seen *seen, const struct conversation *c,
	int own, const long *bytes, long before, bool cut);

/* (witness_way.c) May it have been so? What may not is kept. A causes_judge. */
bool witness_judge(const struct way *way, void *witness);

/* (witness_print.c) Writes which packet made which call return what; a part of what is said
 * of a cause. */
void witness_print(const struct witness *witness, const struct way *way, struct sheet *sheet);

/* (witness_print.c) Writes what fell out, and why. */
void witness_print_fallen(const struct witness *witness, struct sheet *sheet);

#endif
