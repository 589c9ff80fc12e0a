/*
 * tcp_packet: a TCP segment as it stands in a capture, or in a line that tcpdump printed. Data
 * only.
 */
#ifndef CLOSEWAIT_TCP_PACKET_H
#define CLOSEWAIT_TCP_PACKET_H

#include "language/tcp_address.h"

enum { PACKET_NO_TIME = -1 };

struct tcp_packet {
	long number;  /* in the capture, from 1, as tcpdump --number and Wireshark count; of printed
			 lines the line's */
	int64_t time; /* nanoseconds since 1970, or since midnight; or PACKET_NO_TIME */
	struct tcp_address from, to;
	uint8_t flags;   /* RFC 9293's control bits, as in the header */
	bool numbered;   /* seq is known: tcpdump prints none of a bare acknowledgement */
	bool relative;   /* seq and ack may be counted from the initial sequence numbers */
	bool fragmented; /* the first fragment: length is what it has of the payload */
	uint32_t seq, ack;
	uint32_t length; /* of the payload, as it was sent */
	uint16_t window; /* as in the header, not scaled */
	bool windowed;   /* window is known */
};

#endif
