/*
 * tcp_address: the address and the port of one end of a TCP connection, wherever they were read: in
 * a packet, in a printed line, in the arguments of a call. Pure.
 */
#ifndef CLOSEWAIT_TCP_ADDRESS_H
#define CLOSEWAIT_TCP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TCP_ADDRESS_BYTES = 48, /* a name's, with its NUL */
	TCP_ADDRESS_TEXT = 64,  /* bytes that any address's text fits in */
};

enum tcp_address_kind {
	TCP_ADDRESS_NONE,
	TCP_ADDRESS_NAMED,
	TCP_ADDRESS_IPV4 = 4,
	TCP_ADDRESS_IPV6 = 6
};

struct tcp_address {
	enum tcp_address_kind kind;            /* TCP_ADDRESS_NONE: it is not known */
	unsigned char byte[TCP_ADDRESS_BYTES]; /* 4, 16, or a name; the rest is 0 */
	uint16_t port;                         /* 0: not known */
};

/* The address of 4 or 16 bytes, as it stands in a packet. */
void tcp_address_set(
	struct tcp_address *address, enum tcp_address_kind kind, const void *bytes, uint16_t port);

/* Reads length characters: "192.0.2.7", "fe80::1%eth0", in brackets or not; anything else is a
 * name, cut where it is too long. "::ffff:192.0.2.7", as a socket has it, becomes the IPv4 address,
 * which is what its packets have. False when there is none. */
bool tcp_address_read(struct tcp_address *address, const char *text, size_t length, uint16_t port);

/* Is it any address, as a socket that is not bound to one has: 0.0.0.0, ::? */
bool tcp_address_is_any(const struct tcp_address *address);

bool tcp_addresses_equal(const struct tcp_address *a, const struct tcp_address *b);

/* May they be the same, as far as they are known? */
bool tcp_addresses_agree(const struct tcp_address *a, const struct tcp_address *b);

/* Writes "192.0.2.7:80", "[2001:db8::1]:80", "any address", or a part of it where that is all that
 * is known. */
void tcp_address_text(const struct tcp_address *address, char *text, size_t size);

#endif
