#include "observe/capture.h"

#include "observe/capture_device.h"
#include "observe/frame.h"
#include "observe/tap.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 16 /* attempts of one experiment that are told apart */ };

/* A connection, or an attempt at one. */
struct connection {
	uint16_t client_port, server_port;
	bool acknowledged;   /* a segment with ACK was seen: the initial numbers are known */
	uint32_t initial[2]; /* sequence numbers, by direction: 0 from the client */
};

struct capture {
	struct capture_device *lo, *network; /* NULL: there is none */
	struct capture_device *device;       /* the one of the experiment under way */
	pcap_dumper_t *dumper;               /* NULL: no file */
	int dump_error;                      /* errno of the first write to it that failed, or 0 */
	uint16_t server_port;
	bool others; /* connections to other ports are of the experiment, too */
	long lost;   /* since capture_open, when the experiment began */
	int connection_count;
	struct connection connection[CONNECTIONS];
};

int capture_open(struct capture **opened, FILE *file, char *message, size_t size)
{
	struct capture *capture = calloc(1, sizeof *capture);

	*opened = NULL;
	if (!capture) {
		snprintf(message, size, "cannot capture on lo: no memory");
		return -ENOMEM;
	}
	capture->lo = capture->device = capture_device_open("lo", message, size);
	if (capture->lo && file)
		capture->dumper = pcap_dump_fopen(capture_device_pcap(capture->lo), file);
	if (capture->lo && (!file || capture->dumper)) {
		*opened = capture;
		return 0;
	}
	if (capture->lo)
		snprintf(message, size, "cannot capture on lo: capture file: %s",
			pcap_geterr(capture_device_pcap(capture->lo)));
	capture_close(capture);
	return -EACCES;
}

int capture_open_network(struct capture *capture, char *message, size_t size)
{
	capture_device_close(capture->network);
	capture->network = capture_device_open(TAP_NAME, message, size);
	capture->device = capture->lo;
	return capture->network ? 0 : -EACCES;
}

/* Keeps the errno of the first write to the capture file that failed: the stream itself keeps only
 * that one did. */
static void dump_failed(struct capture *capture, bool failed)
{
	if (failed && !capture->dump_error)
		capture->dump_error = errno;
}

int capture_close(struct capture *capture)
{
	int status = 0;

	if (!capture)
		return 0;
	if (capture->dumper) {
		dump_failed(capture, pcap_dump_flush(capture->dumper));
		status = -capture->dump_error;
		pcap_dump_close(capture->dumper);
	}
	capture_device_close(capture->network);
	capture_device_close(capture->lo);
	free(capture);
	return status;
}

void capture_begin(struct capture *capture, uint16_t server_port, bool network)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;

	capture->device = network ? capture->network : capture->lo;
	while (capture_device_next(capture->device, &header, &bytes) == 1)
		;
	capture->connection_count = 0;
	capture->lost = capture_device_lost(capture->device);
	capture->server_port = server_port;
	capture->others = false;
}

void capture_others(struct capture *capture)
{
	capture->others = true;
}

/* Takes note of the connection that a SYN begins. */
static void begin_connection(struct capture *capture, uint16_t client_port, uint16_t server_port)
{
	int last = capture->connection_count == CONNECTIONS ? CONNECTIONS - 1
							    : capture->connection_count++;

	capture->connection[last] =
		(struct connection){.client_port = client_port, .server_port = server_port};
}

/* The latest connection between two ports, or NULL. */
static struct connection *find_connection(
	struct capture *capture, uint16_t client_port, uint16_t server_port)
{
	for (int i = capture->connection_count - 1; i >= 0; i--) {
		struct connection *c = &capture->connection[i];

		if (c->client_port == client_port && c->server_port == server_port)
			return c;
	}
	return NULL;
}

/* The connection that a packet is of, and whether the end that connected sent it; NULL: of none. */
static struct connection *connection_of(
	struct capture *capture, const struct tcphdr *tcp, bool lost, bool *from_client)
{
	uint16_t from = ntohs(tcp->th_sport), to = ntohs(tcp->th_dport);
	bool begins = (tcp->th_flags & (TH_SYN | TH_ACK)) == TH_SYN && !lost;

	if (begins && (to == capture->server_port || capture->others))
		begin_connection(capture, from, to);
	struct connection *connection = find_connection(capture, from, to);

	*from_client = connection != NULL;
	return connection ? connection : find_connection(capture, to, from);
}

/* Numbers as tcpdump shows them (print-tcp.c): a segment without ACK absolute; the first one with
 * it absolute, too, and those after it relative to that one's. */
static void number(
	struct connection *c, const struct frame *frame, struct captured_packet *captured)
{
	int way = !captured->packet.from_client;
	uint8_t flags = frame->header.th_flags;

	captured->seq = frame->seq;
	if (!(flags & TH_ACK))
		return;
	captured->ack = frame->ack;
	if (c->acknowledged && !(flags & TH_SYN)) {
		captured->seq -= c->initial[way];
		captured->ack -= c->initial[!way];
		return;
	}
	c->acknowledged = true;
	c->initial[way] = captured->seq;
	c->initial[!way] = captured->ack - 1;
}

/* Reads a packet of this experiment. One of a connection whose SYN was not seen is a straggler of
 * the experiment before: a delayed acknowledgement, sent by a timer on another processor, may come
 * so late. On the network between the ends each packet is seen as it was sent, and again as it was
 * delivered, which is left out. */
static bool read_packet(struct capture *capture, const struct pcap_pkthdr *header,
	const u_char *bytes, struct captured_packet *captured)
{
	static const enum packet_fate fates[] = {[FRAME_SENT] = PACKET_PASSED,
		[FRAME_INJECTED] = PACKET_INJECTED,
		[FRAME_LOST] = PACKET_LOST};
	struct frame frame;
	enum frame_mark mark;

	if (!frame_read(bytes, header->caplen, &frame) ||
		(mark = frame_mark_of(bytes)) == FRAME_DELIVERED)
		return false;
	const struct tcphdr *tcp = &frame.header;
	bool from_client;
	struct connection *connection =
		connection_of(capture, tcp, mark == FRAME_LOST, &from_client);

	if (!connection)
		return false;
	*captured = (struct captured_packet){.packet = {.from_client = from_client,
						     .flags = tcp->th_flags,
						     .length = frame.payload},
		/* With nanosecond precision tv_usec counts nanoseconds. */
		.time = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec,
		.window = ntohs(tcp->th_win),
		.fate = fates[mark],
		.client_port = connection->client_port};
	number(connection, &frame, captured);
	return true;
}

/* Writes a packet to the file. On the network between the ends either end has the near address: in
 * the file the server's is the far one, as the client sees it. */
static void dump(struct capture *capture, const struct pcap_pkthdr *header, const u_char *bytes,
	const struct captured_packet *captured)
{
	unsigned char copy[CAPTURE_SNAPLEN];
	struct frame frame;

	if (captured->fate == PACKET_LOST)
		return; /* it is there as it was sent */
	memcpy(copy, bytes, header->caplen);
	if (capture->device == capture->network && frame_read(copy, header->caplen, &frame) &&
		(captured->fate == PACKET_PASSED) != captured->packet.from_client)
		frame_cross(copy, &frame);
	pcap_dump((u_char *)capture->dumper, header, copy);
	dump_failed(capture, ferror(pcap_dump_file(capture->dumper)));
}

int capture_next(struct capture *capture, struct captured_packet *captured)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got;

	while ((got = capture_device_next(capture->device, &header, &bytes)) == 1) {
		if (!read_packet(capture, header, bytes, captured))
			continue;
		if (capture->dumper)
			dump(capture, header, bytes, captured);
		return 1;
	}
	return got < 0 ? -EIO : 0;
}

void capture_wait(struct capture *capture, int64_t deadline)
{
	struct pollfd p = {.fd = capture_device_fd(capture->device), .events = POLLIN};
	int64_t left = deadline - clock_read(CLOCK_MONOTONIC);

	if (left > 0)
		poll(&p, 1, (int)(left / 1000000) + 1);
}

bool capture_lost(struct capture *capture)
{
	long lost = capture_device_lost(capture->device);

	return lost < 0 || lost != capture->lost;
}
