/*
 * verdict: what the packets of a connection alone tell of how it ended, who ended it, and what that
 * makes of the other end's calls. Pure.
 */
#ifndef CLOSEWAIT_VERDICT_H
#define CLOSEWAIT_VERDICT_H

#include "diagnose/act.h"
#include "diagnose/sheet.h"
#include "packets/conversation.h"

enum { VERDICT_ACTS = 4 };

struct verdict {
	int by;               /* CONNECTOR or ACCEPTOR: who ended it, or does not answer */
	long packet;          /* that ended it, by its number; 0: there is none */
	const char *what;     /* a clause about the end by; "it" is that */
	const char *calls;    /* what the other end's calls return, with the kernel's functions */
	const char *shown_by; /* an experiment of the catalogue */
	int acts;             /* what it may have done, the likeliest first; "the peer" is it */
	enum act_id act[VERDICT_ACTS];
};

/* False when the connection had no trouble. */
bool verdict_find(struct verdict *verdict, const struct conversation *c);

/* "client", "server": the names of the ends. */
const char *verdict_end(int end);

enum { VERDICT_HEADING = 320 }; /* bytes that any heading fits in */

/* Writes "connection 1: 192.0.2.1:5000 > 192.0.2.2:80, packets 1 to 9, ..."; noun as below. */
void verdict_heading(const struct conversation *c, const char *noun, char *text, size_t size);

/* Writes what the capture lacks of it, and what it has too much of. */
void verdict_print_gaps(const struct conversation *c, struct sheet *sheet);

/* Writes its last packets, and what they tell; what their numbers count is called noun: "packet",
 * "line". */
void verdict_print(const struct conversation *c, const char *noun, struct sheet *sheet);

#endif
