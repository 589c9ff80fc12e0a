/*
 * match: which connection of a capture it is that a program's calls were made on. Pure.
 *
 * Clocks tell nothing: addresses do, as far as the calls show them, then the bytes, then the order.
 */
#ifndef CLOSEWAIT_MATCH_H
#define CLOSEWAIT_MATCH_H

#include "language/who.h"
#include "packets/conversations.h"

/* What is known of the connection. */
struct match_request {
	struct tcp_address local, remote;
	bool accepted;           /* by accept(2): its end is not the one that connected */
	bool either;             /* which end it is is not known */
	uint64_t sent, received; /* bytes; the last calls' alone unless whole */
	bool whole;
};

struct match {
	const struct conversation *c; /* NULL: none */
	int own;                      /* CONNECTOR or ACCEPTOR */
	bool by_address;              /* all four parts of the addresses are the same */
};

enum { MATCHES = 128 }; /* connections that can be matched at once */

/* The connections that were matched already: each is only once. */
struct matches {
	int count;
	const struct conversation *taken[MATCHES];
};

/* Was it matched? */
bool match_is_taken(const struct matches *matches, const struct conversation *c);

/* Finds the connection, and takes it. */
struct match match_take(struct matches *matches, const struct conversations *all,
	const struct match_request *request);

/* May it be this connection, as far as the addresses say? */
bool match_may_be(const struct match_request *request, const struct conversation *c);

#endif
