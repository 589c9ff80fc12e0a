/*
 * packet_source: the packets of a file, one by one: a capture that libpcap reads (pcap, pcapng), or
 * the lines that tcpdump printed.
 */
#ifndef CLOSEWAIT_PACKET_SOURCE_H
#define CLOSEWAIT_PACKET_SOURCE_H

#include "packets/conversations.h"
#include "util/lines.h"
#include "util/message.h"

#include <stdbool.h>

enum { SOURCE_STRANGE = 8 }; /* packets that were not understood, whose numbers are kept */

/* What there was in the file. */
struct packet_totals {
	long packets, tcp, other, fragments; /* of IP, not the first of their packets */
	long strange, strange_packet[SOURCE_STRANGE];
	bool lines;          /* they were printed: strange are lines, and their numbers */
	char link[64];       /* what was captured on; empty of lines */
	char cut_short[256]; /* why the file could not be read to its end; empty: it was */
};

/* Does the file begin as a capture of libpcap's does? */
bool packet_source_is_capture(struct lines *lines);

/* Does the line look like one of tcpdump's? */
bool packet_source_is_line(const char *line);

/* Puts all packets of a file that is called name into conversations: of a capture, or of lines;
 * head is what was read of these already, and is taken apart, or NULL. STATUS_EXPECTED, also where
 * the file ends too soon; STATUS_MISUSE after a message when it is none that can be read,
 * STATUS_ENVIRONMENT without memory. */
enum status packet_source_read(struct lines *lines, const char *name, char *head,
	struct conversations *all, struct packet_totals *totals);

#endif
