/*
 * tcpdump_line: a packet as tcpdump prints it, in the forms in which it is pasted into reports:
 * with any of its times (-t to -ttttt) or none, numbers (--number), the interface (-i any), the
 * link's header (-e), IP's on a line of its own (-v), names or numbers of hosts, in the notation of
 * today
 * ("Flags [S.], seq 1, ...") and of versions before 4.0 ("S 1:1(0) ack 2 ..."). Pure.
 */
#ifndef CLOSEWAIT_TCPDUMP_LINE_H
#define CLOSEWAIT_TCPDUMP_LINE_H

#include "packets/tcp_packet.h"

enum tcpdump_kind {
	TCPDUMP_TCP,
	TCPDUMP_OTHER,   /* a packet that is not of TCP */
	TCPDUMP_MESSAGE, /* tcpdump's own, IP's header (-v), bytes (-x), or an empty line */
	TCPDUMP_UNKNOWN, /* not understood */
};

/* Reads a line, which ends with a NUL. Of TCPDUMP_TCP all of *packet is set but its number, and its
 * time, which is PACKET_NO_TIME: what a printed time counts from is not known. */
enum tcpdump_kind tcpdump_line_read(struct tcp_packet *packet, const char *text);

#endif
