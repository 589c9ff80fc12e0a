#include "packets/dissect.h"

#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <pcap/dlt.h>
#include <string.h>

/* What is left of a packet: of what was captured, and of what there was. */
struct rest {
	const unsigned char *at;
	size_t captured, length;
};

static bool skip(struct rest *rest, size_t bytes)
{
	if (rest->captured < bytes || rest->length < bytes)
		return false;
	rest->at += bytes;
	rest->captured -= bytes;
	rest->length -= bytes;
	return true;
}

static uint16_t get16(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const unsigned char *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* The TCP header; of its payload is there what total, the bytes behind the IP headers, says. */
static enum dissected read_tcp(const struct rest *rest, size_t total, struct tcp_packet *packet)
{
	const unsigned char *at = rest->at;

	if (rest->captured < sizeof(struct tcphdr))
		return DISSECT_STRANGE;
	size_t header = (at[12] >> 4) * 4UL;

	if (header < sizeof(struct tcphdr) || total < header)
		return DISSECT_STRANGE;
	packet->from.port = get16(at);
	packet->to.port = get16(at + 2);
	packet->seq = get32(at + 4);
	packet->ack = get32(at + 8);
	packet->flags = at[13];
	packet->window = get16(at + 14);
	packet->numbered = packet->windowed = true;
	packet->length = (uint32_t)(total - header);
	return DISSECT_TCP;
}

/* A total length of 0 is that of a segment which was captured before the device cut it up, and that
 * is longer than the field has room for: it is as long as the packet. */
static enum dissected read_ipv4(struct rest *rest, struct tcp_packet *packet)
{
	const unsigned char *at = rest->at;

	if (rest->captured < sizeof(struct ip) || at[0] >> 4 != 4)
		return DISSECT_STRANGE;
	size_t header = (at[0] & 15) * 4UL, total = get16(at + 2);
	unsigned fragment = get16(at + 6);

	total = total ? total : rest->length;
	if (header < sizeof(struct ip) || total < header)
		return DISSECT_STRANGE;
	if (at[9] != IPPROTO_TCP)
		return DISSECT_OTHER;
	if (fragment & IP_OFFMASK)
		return DISSECT_FRAGMENT;
	tcp_address_set(&packet->from, TCP_ADDRESS_IPV4, at + 12, 0);
	tcp_address_set(&packet->to, TCP_ADDRESS_IPV4, at + 16, 0);
	packet->fragmented = fragment & IP_MF;
	if (!skip(rest, header))
		return DISSECT_STRANGE;
	return read_tcp(rest, total - header, packet);
}

/* How long an extension header is (RFC 8200 4, RFC 4302 2.2), or 0 of what is none. */
static size_t extension_length(unsigned char kind, const unsigned char *at)
{
	switch (kind) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return (at[1] + 1UL) * 8;
	case IPPROTO_AH:
		return (at[1] + 2UL) * 4;
	case IPPROTO_FRAGMENT:
		return sizeof(struct ip6_frag);
	default:
		return 0;
	}
}

/* The headers between IPv6's and TCP's, total bytes with all that is behind them. */
static enum dissected read_extensions(
	struct rest *rest, size_t total, unsigned char kind, struct tcp_packet *packet)
{
	while (kind != IPPROTO_TCP) {
		if (rest->captured < sizeof(struct ip6_frag))
			return extension_length(kind, (const unsigned char[8]){0}) ? DISSECT_STRANGE
										   : DISSECT_OTHER;
		size_t length = extension_length(kind, rest->at);

		if (!length)
			return DISSECT_OTHER;
		if (kind == IPPROTO_FRAGMENT) {
			packet->fragmented = get16(rest->at + 2) & 0xfff9;
			if (get16(rest->at + 2) & 0xfff8)
				return DISSECT_FRAGMENT;
		}
		kind = rest->at[0];
		if (total < length || !skip(rest, length))
			return DISSECT_STRANGE;
		total -= length;
	}
	return read_tcp(rest, total, packet);
}

/* A payload length of 0 is a jumbogram's, or as IPv4's. */
static enum dissected read_ipv6(struct rest *rest, struct tcp_packet *packet)
{
	const unsigned char *at = rest->at;

	if (rest->captured < sizeof(struct ip6_hdr) || at[0] >> 4 != 6)
		return DISSECT_STRANGE;
	size_t total = get16(at + 4);
	unsigned char kind = at[6];

	tcp_address_set(&packet->from, TCP_ADDRESS_IPV6, at + 8, 0);
	tcp_address_set(&packet->to, TCP_ADDRESS_IPV6, at + 24, 0);
	if (!skip(rest, sizeof(struct ip6_hdr)))
		return DISSECT_STRANGE;
	return read_extensions(rest, total ? total : rest->length, kind, packet);
}

static enum dissected read_ip(struct rest *rest, struct tcp_packet *packet)
{
	if (rest->captured && rest->at[0] >> 4 == 4)
		return read_ipv4(rest, packet);
	if (rest->captured && rest->at[0] >> 4 == 6)
		return read_ipv6(rest, packet);
	return DISSECT_STRANGE;
}

/* What follows a protocol number of Ethernet's, behind any tags of VLANs (IEEE 802.1Q, 802.1ad). */
static enum dissected read_protocol(struct rest *rest, unsigned type, struct tcp_packet *packet)
{
	while (type == ETHERTYPE_VLAN || type == 0x88a8 || type == 0x9100) {
		if (rest->captured < 4)
			return DISSECT_STRANGE;
		type = get16(rest->at + 2);
		if (!skip(rest, 4))
			return DISSECT_STRANGE;
	}
	if (type == ETHERTYPE_IP)
		return read_ipv4(rest, packet);
	if (type == ETHERTYPE_IPV6)
		return read_ipv6(rest, packet);
	return DISSECT_OTHER;
}

/* A header of size bytes, in which the protocol stands at. */
static enum dissected read_linked(
	struct rest *rest, size_t size, size_t at, struct tcp_packet *packet)
{
	const unsigned char *header = rest->at;

	if (!skip(rest, size))
		return DISSECT_STRANGE;
	return read_protocol(rest, get16(header + at), packet);
}

/* Four bytes in front: the address family, in the byte order of whoever captured (DLT_NULL), or of
 * the network (DLT_LOOP); IPv6's is another number on each system. The packet tells, too. */
static enum dissected read_loopback(struct rest *rest, struct tcp_packet *packet)
{
	static const unsigned families[] = {2, 10, 24, 28, 30};

	if (rest->captured < 4)
		return DISSECT_STRANGE;
	uint32_t family = get32(rest->at), swapped = __builtin_bswap32(family);

	if (!skip(rest, 4))
		return DISSECT_STRANGE;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (family == families[i] || swapped == families[i])
			return read_ip(rest, packet);
	return DISSECT_OTHER;
}

/* Linux cooked capture: v1 has 16 bytes, v2 20 (pcap-linktype(7)). */
enum { COOKED = 16, COOKED_PROTOCOL = 14, COOKED_V2 = 20, COOKED_V2_PROTOCOL = 0 };

bool dissect_knows(int link)
{
	static const int known[] = {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_IPV4,
		DLT_IPV6, DLT_NULL, DLT_LOOP};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (link == known[i])
			return true;
	return false;
}

enum dissected dissect(int link, const unsigned char *bytes, size_t captured, size_t length,
	struct tcp_packet *packet)
{
	struct rest rest = {bytes, captured, length};

	*packet = (struct tcp_packet){.time = PACKET_NO_TIME};
	switch (link) {
	case DLT_EN10MB:
		return read_linked(&rest, ETHER_HDR_LEN, ETHER_HDR_LEN - 2UL, packet);
	case DLT_LINUX_SLL:
		return read_linked(&rest, COOKED, COOKED_PROTOCOL, packet);
	case DLT_LINUX_SLL2:
		return read_linked(&rest, COOKED_V2, COOKED_V2_PROTOCOL, packet);
	case DLT_NULL:
	case DLT_LOOP:
		return read_loopback(&rest, packet);
	default:
		return read_ip(&rest, packet);
	}
}
