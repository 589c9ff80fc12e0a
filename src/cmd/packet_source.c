#include "cmd/packet_source.h"

#include "cmd/reading.h"
#include "packets/dissect.h"
#include "packets/tcpdump_line.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

/* The first bytes of pcap's files, in either byte order, with micro- or nanoseconds, and of one
 * that Kuznetzov's patch wrote; and of pcapng's. */
bool packet_source_is_capture(struct lines *lines)
{
	static const unsigned char magic[][4] = {{0xa1, 0xb2, 0xc3, 0xd4}, {0xd4, 0xc3, 0xb2, 0xa1},
		{0xa1, 0xb2, 0x3c, 0x4d}, {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34},
		{0x34, 0xcd, 0xb2, 0xa1}, {0x0a, 0x0d, 0x0d, 0x0a}};
	char first[4];

	if (lines_peek(lines, first, sizeof first) < sizeof first)
		return false;
	for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
		if (!memcmp(first, magic[i], sizeof first))
			return true;
	return false;
}

bool packet_source_is_line(const char *line)
{
	struct tcp_packet packet;
	enum tcpdump_kind kind = tcpdump_line_read(&packet, line);

	return kind == TCPDUMP_TCP || kind == TCPDUMP_OTHER;
}

static void note_strange(struct packet_totals *totals, long number)
{
	if (totals->strange < SOURCE_STRANGE)
		totals->strange_packet[totals->strange] = number;
	totals->strange++;
}

/* Takes a packet. False without memory. */
static bool take(struct conversations *all, struct packet_totals *totals, struct tcp_packet *packet,
	enum dissected dissected)
{
	switch (dissected) {
	case DISSECT_TCP:
		totals->tcp++;
		return conversations_take(all, packet);
	case DISSECT_FRAGMENT:
		totals->fragments++;
		break;
	case DISSECT_OTHER:
		totals->other++;
		break;
	case DISSECT_STRANGE:
		note_strange(totals, packet->number);
		break;
	}
	return true;
}

/* Reads to the end, or to where the file breaks off. */
static enum status read_capture(
	pcap_t *pcap, const char *name, struct conversations *all, struct packet_totals *totals)
{
	struct reading reading = reading_begin();
	int link = pcap_datalink(pcap), got = 0;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	bool enough = true;

	while (enough && (got = pcap_next_ex(pcap, &header, &bytes)) == 1) {
		struct tcp_packet packet;
		enum dissected dissected =
			dissect(link, bytes, header->caplen, header->len, &packet);

		packet.number = ++totals->packets;
		/* With nanosecond precision tv_usec counts nanoseconds. */
		packet.time = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
		enough = take(all, totals, &packet, dissected);
		reading_show(
			&reading, totals->packets, "packets", conversations_totals(all)->begun);
	}
	reading_end(&reading);
	if (!enough) {
		message("%s: no memory for its connections", name);
		return STATUS_ENVIRONMENT;
	}
	if (got == PCAP_ERROR)
		snprintf(totals->cut_short, sizeof totals->cut_short, "%s", pcap_geterr(pcap));
	return STATUS_EXPECTED;
}

static ssize_t read_bytes(void *cookie, char *bytes, size_t size)
{
	return (ssize_t)lines_read(cookie, bytes, size);
}

/* libpcap reads from a stream, which it closes. */
static pcap_t *open_capture(struct lines *lines, char error[PCAP_ERRBUF_SIZE])
{
	FILE *in = fopencookie(lines, "r", (cookie_io_functions_t){.read = read_bytes});
	pcap_t *pcap = NULL;

	if (in)
		pcap = pcap_fopen_offline_with_tstamp_precision(
			in, PCAP_TSTAMP_PRECISION_NANO, error);
	else
		snprintf(error, PCAP_ERRBUF_SIZE, "no memory");
	if (in && !pcap)
		fclose(in);
	return pcap;
}

static enum status take_capture(struct lines *lines, const char *name, struct conversations *all,
	struct packet_totals *totals)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = open_capture(lines, error);
	enum status status = STATUS_MISUSE;

	if (!pcap) {
		message("%s: cannot be read as a capture: %s", name, error);
		return STATUS_MISUSE;
	}
	int link = pcap_datalink(pcap);
	const char *known = pcap_datalink_val_to_description(link);

	snprintf(totals->link, sizeof totals->link, "%s", known ? known : "an unknown link");
	if (dissect_knows(link))
		status = read_capture(pcap, name, all, totals);
	else
		message("%s: captured on %s (link type %d): expected Ethernet, Linux cooked, raw "
			"IP or BSD loopback",
			name, totals->link, link);
	pcap_close(pcap);
	return status;
}

/* Takes a line. False without memory. */
static bool take_line(struct conversations *all, struct packet_totals *totals, char *line)
{
	static const enum dissected kinds[] = {[TCPDUMP_TCP] = DISSECT_TCP,
		[TCPDUMP_OTHER] = DISSECT_OTHER,
		[TCPDUMP_UNKNOWN] = DISSECT_STRANGE};
	struct tcp_packet packet;
	char *carriage = strchr(line, '\r'); /* pasted from elsewhere */

	if (carriage)
		*carriage = '\0';
	enum tcpdump_kind kind = tcpdump_line_read(&packet, line);

	packet.number = ++totals->packets;
	return kind == TCPDUMP_MESSAGE || take(all, totals, &packet, kinds[kind]);
}

static enum status take_lines(struct lines *lines, const char *name, char *head,
	struct conversations *all, struct packet_totals *totals)
{
	struct reading reading = reading_begin();
	bool enough = true;
	size_t length;
	char *line;

	totals->lines = true;
	while (enough && (line = strsep(&head, "\n")))
		enough = (!*line && !head) || take_line(all, totals, line);
	while (enough && (line = lines_next(lines, &length))) {
		enough = take_line(all, totals, line);
		reading_show(
			&reading, totals->packets, "packets", conversations_totals(all)->begun);
	}
	reading_end(&reading);
	if (!enough) {
		message("%s: no memory for its connections", name);
		return STATUS_ENVIRONMENT;
	}
	if (!totals->tcp && !totals->other && !lines->error) {
		message("%s: expected a capture (pcap or pcapng), or lines that tcpdump printed",
			name);
		return STATUS_MISUSE;
	}
	return STATUS_EXPECTED;
}

enum status packet_source_read(struct lines *lines, const char *name, char *head,
	struct conversations *all, struct packet_totals *totals)
{
	enum status status;

	*totals = (struct packet_totals){0};
	if (!head && packet_source_is_capture(lines))
		status = take_capture(lines, name, all, totals);
	else
		status = take_lines(lines, name, head, all, totals);
	if (lines->error)
		snprintf(totals->cut_short, sizeof totals->cut_short, "%s", strerror(lines->error));
	return status;
}
