/*
 * packets: what the tests of captures share: the bytes of packets, of any link and any IP; and
 * conversations from a few words.
 */
#ifndef CLOSEWAIT_TEST_PACKETS_H
#define CLOSEWAIT_TEST_PACKETS_H

#include "language/packet.h"
#include "packets/conversations.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PACKET_ROOM = 256, LINK_ROOM = 32 };

/* A packet in a few words: "> P. 1+6 2" is one of the client's with numbers 1 to 6 that
 * acknowledges up to 2. */
struct sketch {
	bool from_client;
	uint8_t flags;
	uint32_t seq, length, ack;
};

/* Reads one of them; returns what is behind it, behind the ';' or at the end. */
static inline const char *sketch_read(struct sketch *sketch, const char *text)
{
	char way = '>', flags[9] = "";
	unsigned seq = 0, length = 0, ack = 0;
	int got = sscanf(text, " %c %8s %10u+%10u %10u", &way, flags, &seq, &length, &ack);

	if (got < 5)
		abort();
	*sketch = (struct sketch){way == '>', 0, seq, length, ack};
	if (!packet_flags_parse(flags, &sketch->flags))
		abort();
	text += strcspn(text, ";");
	text += strspn(text, "; ");
	return text;
}

/* How the bytes are made. */
struct wrapping {
	const unsigned char *link; /* its header, of link_size bytes */
	size_t link_size;
	bool v6;
	const unsigned char *between; /* between the IP and the TCP header, of between_size bytes;
					 its first byte is the next one's kind */
	size_t between_size;
	unsigned char kind; /* of what is behind the IP header; 0: TCP */
	unsigned fragment;  /* IPv4's flags and offset */
	bool no_total;      /* the length in the IP header is 0 */
};

static inline void put16(unsigned char *at, unsigned value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static inline void put32(unsigned char *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* The IP header, of a packet with total bytes behind it. Returns its size. */
static inline size_t put_ip(
	unsigned char *at, const struct wrapping *w, const struct sketch *s, size_t total)
{
	unsigned char ends[2] = {s->from_client ? 1 : 2, s->from_client ? 2 : 1};

	if (w->v6) {
		at[0] = 0x60;
		put16(at + 4, w->no_total ? 0 : (unsigned)total);
		at[6] = w->kind ? w->kind : IPPROTO_TCP;
		for (size_t i = 0; i < 2; i++) {
			put32(at + 8 + 16 * i, 0x20010db8);
			at[23 + 16 * i] = ends[i];
		}
		return 40;
	}
	at[0] = 0x45;
	put16(at + 2, w->no_total ? 0 : (unsigned)total + 20);
	put16(at + 6, w->fragment);
	at[9] = w->kind ? w->kind : IPPROTO_TCP;
	for (size_t i = 0; i < 2; i++)
		put32(at + 12 + 4 * i, 0xc0000200 | ends[i]);
	return 20;
}

/* Writes the packet without its payload, between 192.0.2.1:5000 and 192.0.2.2:80, or 2001:db8::1
 * and
 * ::2. Returns the bytes; *length is how many there would be with the payload. */
static inline size_t sketch_write(const struct sketch *s, const struct wrapping *w,
	unsigned char out[PACKET_ROOM], size_t *length)
{
	unsigned char *at = out;
	size_t total = w->between_size + 20 + s->length;

	memset(out, 0, PACKET_ROOM);
	if (w->link_size)
		memcpy(at, w->link, w->link_size);
	at += w->link_size;
	at += put_ip(at, w, s, total);
	if (w->between_size)
		memcpy(at, w->between, w->between_size);
	at += w->between_size;
	put16(at, s->from_client ? 5000 : 80);
	put16(at + 2, s->from_client ? 80 : 5000);
	put32(at + 4, s->seq);
	put32(at + 8, s->ack);
	at[12] = 0x50;
	at[13] = s->flags;
	put16(at + 14, 512);
	at += 20;
	*length = (size_t)(at - out) + s->length;
	return (size_t)(at - out);
}

/* Puts the packets of a text into conversations, 10 ms apart, from the client's port on. */
static inline void sketch_feed(struct conversations *all, const char *text, uint16_t port)
{
	static const unsigned char client[4] = {192, 0, 2, 1}, server[4] = {192, 0, 2, 2};
	static long number;
	struct sketch s;

	for (number = 0; *text; number++) {
		struct tcp_packet packet = {.number = number + 1, .time = (number + 1) * 10000000};

		text = sketch_read(&s, text);
		tcp_address_set(&packet.from, TCP_ADDRESS_IPV4, s.from_client ? client : server,
			s.from_client ? port : 80);
		tcp_address_set(&packet.to, TCP_ADDRESS_IPV4, s.from_client ? server : client,
			s.from_client ? 80 : port);
		packet.flags = s.flags;
		packet.seq = s.seq;
		packet.ack = s.ack;
		packet.length = s.length;
		packet.window = 512;
		packet.numbered = packet.windowed = true;
		if (!conversations_take(all, &packet))
			abort();
	}
}

#endif
