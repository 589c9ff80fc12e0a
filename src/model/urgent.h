/*
 * urgent: the byte that MSG_OOB makes urgent (RFC 9293 3.8.5, RFC 6093): struct tcp_sock's urg_data
 * and urg_seq. It stands in the receive queue among the others, whoever took it.
 */
#ifndef CLOSEWAIT_URGENT_H
#define CLOSEWAIT_URGENT_H

#include "model/state.h"

/* Is the urgent byte the next to be read? SIOCATMARK */
bool urgent_is_next(const struct peer *peer);

/* Is it next, and not read with the others (SO_OOBINLINE)? */
bool urgent_is_passed_over(const struct peer *peer);

/* SIOCINQ: the unread bytes before the urgent one. tcp_inq() */
long urgent_inq(const struct peer *peer);

/* How far a call reads that wants length more bytes of the there ones, and has got some. */
struct urgent_read {
	long count;  /* bytes that it gets */
	long passed; /* and those that it leaves behind with them */
	bool stops;  /* at the urgent byte, however many it wants */
};

struct urgent_read urgent_read(const struct peer *peer, long length, long there, long got);

/* So many bytes were read. */
void urgent_pass(struct peer *peer, long passed);

#endif
