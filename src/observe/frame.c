#include "observe/frame.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

bool frame_read(const unsigned char *bytes, size_t length, struct frame *frame)
{
	const unsigned char *packet = bytes + ETHER_HDR_LEN;
	struct ip ip;
	struct ip6_hdr ip6;
	size_t header, total;

	if (length < ETHER_HDR_LEN + sizeof ip + sizeof frame->header)
		return false;
	memcpy(&ip, packet, sizeof ip);
	memcpy(&ip6, packet, sizeof ip6); /* no longer than an IPv4 and a TCP header together */
	*frame = (struct frame){.v6 = ip.ip_v == 6, .ip = ETHER_HDR_LEN};
	if ((frame->v6 ? ip6.ip6_nxt : ip.ip_p) != IPPROTO_TCP)
		return false;
	header = frame->v6 ? sizeof ip6 : ip.ip_hl * 4UL;
	total = frame->v6 ? header + ntohs(ip6.ip6_plen) : ntohs(ip.ip_len);
	frame->tcp = frame->ip + header;
	if (length < frame->tcp + sizeof frame->header)
		return false;
	memcpy(&frame->header, bytes + frame->tcp, sizeof frame->header);
	if (total < header + frame->header.th_off * 4UL)
		return false;
	frame->seq = ntohl(frame->header.th_seq);
	frame->ack = ntohl(frame->header.th_ack);
	frame->payload = (uint32_t)(total - header - frame->header.th_off * 4UL);
	return true;
}

/* The network's own addresses, locally administered; the last byte is the mark. */
static const unsigned char network_address[ETHER_ADDR_LEN] = {0x02, 'n', 'e', 't', 0, 0};

enum frame_mark frame_mark_of(const unsigned char *bytes)
{
	const unsigned char *source = bytes + ETHER_ADDR_LEN;

	return memcmp(source, network_address, ETHER_ADDR_LEN - 1)
		       ? FRAME_SENT
		       : (enum frame_mark)source[ETHER_ADDR_LEN - 1];
}

void frame_set_mark(unsigned char *bytes, enum frame_mark mark)
{
	unsigned char *source = bytes + ETHER_ADDR_LEN;

	memcpy(source, network_address, ETHER_ADDR_LEN);
	source[ETHER_ADDR_LEN - 1] = (unsigned char)mark;
	if (mark == FRAME_LOST) /* to somebody else: PACKET_OTHERHOST */
		memcpy(bytes, network_address, ETHER_ADDR_LEN);
}

static void swap(unsigned char *a, size_t size)
{
	unsigned char kept[16];

	memcpy(kept, a, size);
	memcpy(a, a + size, size);
	memcpy(a + size, kept, size);
}

void frame_cross(unsigned char *bytes, const struct frame *frame)
{
	if (frame->v6)
		swap(bytes + frame->ip + offsetof(struct ip6_hdr, ip6_src),
			sizeof(struct in6_addr));
	else
		swap(bytes + frame->ip + offsetof(struct ip, ip_src), sizeof(struct in_addr));
}

void frame_turn(unsigned char *bytes, const struct frame *frame)
{
	frame_cross(bytes, frame);
	swap(bytes + frame->tcp, sizeof(in_port_t));
}

/* The sum of RFC 1071 over an even number of bytes, carried on from sum. */
static uint32_t add_up(uint32_t sum, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return sum;
}

static uint16_t checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* The IP header's length, and IPv4's checksum of it. */
static void finish_ip(unsigned char *out, const struct frame *frame)
{
	struct ip ip;
	struct ip6_hdr ip6;

	if (frame->v6) {
		memcpy(&ip6, out + frame->ip, sizeof ip6);
		ip6.ip6_plen = htons(sizeof(struct tcphdr));
		memcpy(out + frame->ip, &ip6, sizeof ip6);
		return;
	}
	memcpy(&ip, out + frame->ip, sizeof ip);
	ip.ip_len = htons((uint16_t)(frame->tcp - frame->ip + sizeof(struct tcphdr)));
	ip.ip_sum = 0;
	memcpy(out + frame->ip, &ip, sizeof ip);
	ip.ip_sum = checksum(add_up(0, out + frame->ip, frame->tcp - frame->ip));
	memcpy(out + frame->ip, &ip, sizeof ip);
}

/* The sum of the addresses in the pseudo header (RFC 9293 3.1, RFC 8200 8.1). */
static uint32_t add_up_addresses(const unsigned char *out, const struct frame *frame)
{
	return frame->v6 ? add_up(0, out + frame->ip + offsetof(struct ip6_hdr, ip6_src),
				   2 * sizeof(struct in6_addr))
			 : add_up(0, out + frame->ip + offsetof(struct ip, ip_src),
				   2 * sizeof(struct in_addr));
}

size_t frame_make(unsigned char *out, const unsigned char *like, const struct frame *frame,
	const struct frame_fields *fields)
{
	struct tcphdr tcp = {.th_sport = frame->header.th_sport,
		.th_dport = frame->header.th_dport,
		.th_seq = htonl(fields->seq),
		.th_ack = htonl(fields->ack),
		.th_off = sizeof tcp / 4,
		.th_flags = fields->flags,
		.th_win = htons(fields->window)};

	memcpy(out, like, frame->tcp);
	finish_ip(out, frame);
	tcp.th_sum = checksum(
		add_up(add_up_addresses(out, frame) + IPPROTO_TCP + sizeof tcp, &tcp, sizeof tcp));
	memcpy(out + frame->tcp, &tcp, sizeof tcp);
	return frame->tcp + sizeof tcp;
}
