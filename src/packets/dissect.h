/*
 * dissect: the TCP segment in the bytes of a captured packet, whatever link it was captured on.
 * Pure.
 */
#ifndef CLOSEWAIT_DISSECT_H
#define CLOSEWAIT_DISSECT_H

#include "packets/tcp_packet.h"

enum dissected {
	DISSECT_TCP,
	DISSECT_OTHER,    /* well-formed, as far as it was read, and not of TCP */
	DISSECT_FRAGMENT, /* of IP, and not the first: without the TCP header */
	DISSECT_STRANGE,  /* cut off before its TCP header ends, or malformed */
};

/* Is link, a DLT_... of libpcap's, one that can be read: Ethernet, Linux cooked v1 and v2, raw IP,
 * BSD loopback? */
bool dissect_knows(int link);

/* Reads a packet of which captured bytes are there; length is how many there were. What it finds in
 * one of TCP goes to *packet, but for number and time, which are the caller's. */
enum dissected dissect(int link, const unsigned char *bytes, size_t captured, size_t length,
	struct tcp_packet *packet);

#endif
