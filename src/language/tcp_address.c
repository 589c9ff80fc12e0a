#include "language/tcp_address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static size_t size_of(enum tcp_address_kind kind)
{
	return kind == TCP_ADDRESS_IPV4 ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

void tcp_address_set(
	struct tcp_address *address, enum tcp_address_kind kind, const void *bytes, uint16_t port)
{
	*address = (struct tcp_address){.kind = kind, .port = port};
	memcpy(address->byte, bytes, size_of(kind));
}

/* An IPv4 address that is mapped into IPv6 (RFC 4291 2.5.5.2) is the IPv4 address. */
static void set_unmapped(struct tcp_address *address, const unsigned char *bytes, uint16_t port)
{
	static const unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	if (memcmp(bytes, mapped, sizeof mapped) != 0)
		tcp_address_set(address, TCP_ADDRESS_IPV6, bytes, port);
	else
		tcp_address_set(address, TCP_ADDRESS_IPV4, bytes + sizeof mapped, port);
}

bool tcp_address_read(struct tcp_address *address, const char *text, size_t length, uint16_t port)
{
	char copy[TCP_ADDRESS_BYTES] = "";
	unsigned char bytes[sizeof(struct in6_addr)];

	if (length > 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	if (!length)
		return false;
	memcpy(copy, text, length < sizeof copy ? length : sizeof copy - 1);
	if (inet_pton(AF_INET, copy, bytes) == 1) {
		tcp_address_set(address, TCP_ADDRESS_IPV4, bytes, port);
		return true;
	}
	char *zone = strchr(copy, '%');

	if (zone)
		*zone = '\0';
	if (inet_pton(AF_INET6, copy, bytes) == 1) {
		set_unmapped(address, bytes, port);
		return true;
	}
	if (zone)
		*zone = '%';
	*address = (struct tcp_address){.kind = TCP_ADDRESS_NAMED, .port = port};
	memcpy(address->byte, copy, sizeof copy);
	return true;
}

bool tcp_address_is_any(const struct tcp_address *address)
{
	static const unsigned char none[TCP_ADDRESS_BYTES];

	return address->kind != TCP_ADDRESS_NONE && !memcmp(address->byte, none, sizeof none);
}

bool tcp_addresses_equal(const struct tcp_address *a, const struct tcp_address *b)
{
	return a->kind == b->kind && a->port == b->port &&
	       !memcmp(a->byte, b->byte, sizeof a->byte);
}

bool tcp_addresses_agree(const struct tcp_address *a, const struct tcp_address *b)
{
	if (a->port && b->port && a->port != b->port)
		return false;
	return a->kind == TCP_ADDRESS_NONE || b->kind == TCP_ADDRESS_NONE ||
	       tcp_address_is_any(a) || tcp_address_is_any(b) ||
	       (a->kind == b->kind && !memcmp(a->byte, b->byte, sizeof a->byte));
}

void tcp_address_text(const struct tcp_address *address, char *text, size_t size)
{
	char host[TCP_ADDRESS_TEXT] = "any address", port[8] = "";

	if (address->kind == TCP_ADDRESS_IPV4)
		inet_ntop(AF_INET, address->byte, host, sizeof host);
	else if (address->kind == TCP_ADDRESS_IPV6) {
		host[0] = '[';
		inet_ntop(AF_INET6, address->byte, host + 1, sizeof host - 2);
		memcpy(host + strlen(host), "]", 2);
	} else if (address->kind == TCP_ADDRESS_NAMED)
		snprintf(host, sizeof host, "%.*s", TCP_ADDRESS_BYTES, (const char *)address->byte);
	if (address->port)
		snprintf(port, sizeof port, ":%u", (unsigned)address->port);
	snprintf(text, size, "%s%s", host, port);
}
