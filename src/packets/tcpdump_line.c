#include "packets/tcpdump_line.h"

#include "language/packet.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "127.0.0.1.80", "::1.80", "host.example.http": the port is behind the last dot; a service's name
 * stays with the host's. */
static bool read_end(struct tcp_address *address, const char *text, size_t length)
{
	const char *dot = memrchr(text, '.', length);
	size_t host = dot ? (size_t)(dot - text) : 0;
	char *end;
	unsigned long port = dot ? strtoul(dot + 1, &end, 10) : 0;

	if (!dot || end != text + length || end == dot + 1 || port > UINT16_MAX)
		return dot && tcp_address_read(address, text, length, 0);
	return tcp_address_read(address, text, host, (uint16_t)port);
}

/* The two ends in front of the ':' at colon: "FROM > TO:". */
static bool read_ends(struct tcp_packet *packet, const char *text, const char *colon)
{
	const char *to = colon, *from;

	while (to > text && to[-1] != ' ')
		to--;
	if (to - text < 4 || memcmp(to - 3, " > ", 3) != 0)
		return false;
	from = to - 3;
	while (from > text && from[-1] != ' ')
		from--;
	return read_end(&packet->from, from, (size_t)(to - 3 - from)) &&
	       read_end(&packet->to, to, (size_t)(colon - to));
}

/* The number behind key, if it is there. */
static bool read_number(const char *text, const char *key, uint32_t *number)
{
	const char *at = strstr(text, key);
	char *end;

	if (!at)
		return false;
	at += strlen(key);
	*number = (uint32_t)strtoul(at, &end, 10);
	return end != at;
}

/* "1:6" behind key: the bytes from 1 to before 6. */
static bool read_range(struct tcp_packet *packet, const char *text, const char *key)
{
	const char *at = strstr(text, key);

	if (!read_number(text, key, &packet->seq))
		return false;
	at += strlen(key);
	at += strspn(at, "0123456789");
	if (*at == ':')
		packet->length = (uint32_t)strtoul(at + 1, NULL, 10) - packet->seq;
	return true;
}

static bool read_flags(struct tcp_packet *packet, const char *text, size_t length)
{
	char flags[16];

	if (length >= sizeof flags)
		return false;
	snprintf(flags, sizeof flags, "%.*s", (int)length, text);
	return packet_flags_parse(flags, &packet->flags);
}

/* ": Flags [P.], cksum 0x1 (correct), seq 1:6, ack 1, win 64, options [...], length 5". An
 * acknowledgement of 0 is not printed by all versions. */
static bool read_today(struct tcp_packet *packet, const char *text)
{
	const char *flags = strstr(text, ": Flags ["), *rest;
	uint32_t window;

	if (!flags || !read_ends(packet, text, flags))
		return false;
	flags += strlen(": Flags [");
	rest = strchr(flags, ']');
	if (!rest || !read_flags(packet, flags, (size_t)(rest - flags)))
		return false;
	packet->numbered = read_range(packet, rest, ", seq ");
	if (!read_number(rest, ", ack ", &packet->ack) && packet->flags & TH_ACK)
		return false;
	packet->windowed = read_number(rest, ", win ", &window);
	packet->window = packet->windowed ? (uint16_t)window : 0;
	return read_number(rest, ", length ", &packet->length) || packet->numbered ||
	       packet->flags == TH_ACK;
}

/* ": P 1:6(5) ack 1 win 64", ": . ack 6 win 64". */
static bool read_before_4(struct tcp_packet *packet, const char *text)
{
	const char *ends = strstr(text, " > "), *flags = ends ? strstr(ends, ": ") : NULL;
	uint32_t window;

	if (!flags || !read_ends(packet, text, flags))
		return false;
	flags += strlen(": ");
	const char *rest = flags + strspn(flags, "SFPRWE.");

	if (rest == flags || *rest != ' ' || !read_flags(packet, flags, (size_t)(rest - flags)))
		return false;
	packet->flags &= (uint8_t)~TH_ACK; /* '.' stood for no flag */
	packet->numbered = rest[1] >= '0' && rest[1] <= '9' && read_range(packet, rest, " ");
	if (read_number(rest, " ack ", &packet->ack))
		packet->flags |= TH_ACK;
	packet->windowed = read_number(rest, " win ", &window);
	packet->window = packet->windowed ? (uint16_t)window : 0;
	return packet->numbered || packet->flags & TH_ACK;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* What tcpdump says itself, and what belongs to a packet that stands elsewhere. */
static bool is_message(const char *text)
{
	static const char *const says[] = {
		"tcpdump: ", "reading from file ", "listening on ", "dropped privs to ", "\t0x"};
	static const char *const counts[] = {
		" captured", " received by filter", " dropped by kernel", " dropped by interface"};
	const char *packets = strstr(text, " packet");

	if (!text[strspn(text, " \t\r")])
		return true;
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (begins(text, says[i]))
			return true;
	for (size_t i = 0; packets && i < sizeof counts / sizeof *counts; i++)
		if (strstr(packets, counts[i]))
			return true;
	return strstr(text, " (tos 0x") || strstr(text, " (flowlabel 0x") ||
	       strstr(text, " (hlim ") || strstr(text, " (class 0x");
}

/* A packet of another protocol: "IP 192.0.2.1.5353 > 192.0.2.2.53: 1+ A? ...", "ARP, Request ...",
 * or what stands below the header that -v prints. */
static bool is_other(const char *text)
{
	const char *ends = strstr(text, " > ");

	if (strstr(text, "ARP, "))
		return true;
	return ends && strstr(ends, ": ") && !strstr(ends, "Flags [") && !strstr(ends, ": tcp ") &&
	       !strstr(ends, "[|tcp]") &&
	       (begins(text, "    ") || begins(text, "IP ") || begins(text, "IP6 ") ||
		       strstr(text, " IP ") || strstr(text, " IP6 ") ||
		       strstr(text, ", ethertype "));
}

enum tcpdump_kind tcpdump_line_read(struct tcp_packet *packet, const char *text)
{
	*packet = (struct tcp_packet){.time = PACKET_NO_TIME, .relative = true};
	if (read_today(packet, text))
		return TCPDUMP_TCP;
	*packet = (struct tcp_packet){.time = PACKET_NO_TIME, .relative = true};
	if (read_before_4(packet, text))
		return TCPDUMP_TCP;
	if (is_message(text))
		return TCPDUMP_MESSAGE;
	return is_other(text) ? TCPDUMP_OTHER : TCPDUMP_UNKNOWN;
}
