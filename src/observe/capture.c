#include "observe/capture.h"

#include "util/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
	SNAPLEN = 128,
	BUFFER = 1 << 20,
	CONNECTIONS = 16, /* attempts of one experiment that are told apart */
};

/* A connection, or an attempt at one. */
struct connection {
	uint16_t client_port;
	bool acknowledged;   /* a segment with ACK was seen: the initial numbers are known */
	uint32_t initial[2]; /* sequence numbers, by direction: 0 from the client */
};

struct capture {
	pcap_t *pcap;
	pcap_dumper_t *dumper; /* NULL: no file */
	int dump_error;        /* errno of the first write to it that failed, or 0 */
	uint16_t server_port;
	unsigned lost; /* since capture_open, when the experiment began */
	int connection_count;
	struct connection connection[CONNECTIONS];
};

static int failed(struct capture *capture, const char *what, char *message, size_t size)
{
	snprintf(message, size, "cannot capture on lo: %s: %s", what, pcap_geterr(capture->pcap));
	capture_close(capture);
	return -EACCES;
}

/* The settings that have to be made before the capture is active. */
static bool configure(pcap_t *pcap)
{
	return !pcap_set_snaplen(pcap, SNAPLEN) && !pcap_set_buffer_size(pcap, BUFFER) &&
	       !pcap_set_immediate_mode(pcap, 1) &&
	       !pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

int capture_open(struct capture **opened, FILE *file, char *message, size_t size)
{
	struct capture *capture = calloc(1, sizeof *capture);
	char error[PCAP_ERRBUF_SIZE] = "";

	*opened = NULL;
	if (capture)
		capture->pcap = pcap_create("lo", error);
	if (!capture || !capture->pcap) {
		snprintf(message, size, "cannot capture on lo: %s", capture ? error : "no memory");
		free(capture);
		return -ENOMEM;
	}
	if (!configure(capture->pcap) || pcap_activate(capture->pcap) < 0)
		return failed(capture, "activate", message, size);
	if (pcap_setnonblock(capture->pcap, 1, error))
		return failed(capture, "not to block", message, size);
	if (file)
		capture->dumper = pcap_dump_fopen(capture->pcap, file);
	if (file && !capture->dumper)
		return failed(capture, "capture file", message, size);
	*opened = capture;
	return 0;
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
	pcap_close(capture->pcap);
	free(capture);
	return status;
}

static unsigned lost_since_open(struct capture *capture)
{
	struct pcap_stat stat;

	return pcap_stats(capture->pcap, &stat) ? capture->lost + 1 : stat.ps_drop + stat.ps_ifdrop;
}

void capture_begin(struct capture *capture, uint16_t server_port)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;

	while (pcap_next_ex(capture->pcap, &header, &bytes) == 1)
		;
	capture->connection_count = 0;
	capture->lost = lost_since_open(capture);
	capture->server_port = server_port;
}

/* Copies the TCP header out of a frame of length bytes, where it need not be aligned, and gives the
 * length of its segment's payload. False when there is none. The kernel is given no filter: there
 * is no other traffic in a sandbox, and pcap_compile(3) ends the process when it gets no memory. */
static bool tcp_of(const u_char *bytes, size_t length, struct tcphdr *tcp, uint32_t *payload)
{
	const u_char *packet = bytes + ETHER_HDR_LEN;
	struct ip ip;
	struct ip6_hdr ip6;
	size_t header, total;

	if (length < ETHER_HDR_LEN + sizeof ip + sizeof *tcp)
		return false;
	memcpy(&ip, packet, sizeof ip);
	memcpy(&ip6, packet, sizeof ip6); /* no longer than an IPv4 and a TCP header together */
	if ((ip.ip_v == 4 ? ip.ip_p : ip6.ip6_nxt) != IPPROTO_TCP)
		return false;
	header = ip.ip_v == 4 ? ip.ip_hl * 4UL : sizeof ip6;
	total = ip.ip_v == 4 ? ntohs(ip.ip_len) : header + ntohs(ip6.ip6_plen);
	if (length < ETHER_HDR_LEN + header + sizeof *tcp)
		return false;
	memcpy(tcp, packet + header, sizeof *tcp);
	if (total < header + tcp->th_off * 4UL)
		return false;
	*payload = (uint32_t)(total - header - tcp->th_off * 4UL);
	return true;
}

/* Takes note of the connection that a SYN from the client begins. */
static void begin_connection(struct capture *capture, uint16_t client_port)
{
	int last = capture->connection_count == CONNECTIONS ? CONNECTIONS - 1
							    : capture->connection_count++;

	capture->connection[last] = (struct connection){.client_port = client_port};
}

/* The latest connection from client_port, or NULL. */
static struct connection *find_connection(struct capture *capture, uint16_t client_port)
{
	for (int i = capture->connection_count - 1; i >= 0; i--)
		if (capture->connection[i].client_port == client_port)
			return &capture->connection[i];
	return NULL;
}

/* Numbers as tcpdump shows them (print-tcp.c): a segment without ACK absolute; the first one with
 * it absolute, too, and those after it relative to that one's. */
static void number(struct connection *c, const struct tcphdr *tcp, struct captured_packet *captured)
{
	int way = !captured->packet.from_client;

	captured->seq = ntohl(tcp->th_seq);
	if (!(tcp->th_flags & TH_ACK))
		return;
	captured->ack = ntohl(tcp->th_ack);
	if (c->acknowledged && !(tcp->th_flags & TH_SYN)) {
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
 * so late. */
static bool read_packet(struct capture *capture, const struct pcap_pkthdr *header,
	const u_char *bytes, struct captured_packet *captured)
{
	uint32_t payload;
	struct tcphdr tcp;

	if (!tcp_of(bytes, header->caplen, &tcp, &payload))
		return false;
	bool from_client = ntohs(tcp.th_dport) == capture->server_port;
	uint16_t client_port = ntohs(from_client ? tcp.th_sport : tcp.th_dport);

	if (!from_client && ntohs(tcp.th_sport) != capture->server_port)
		return false;
	if (from_client && (tcp.th_flags & (TH_SYN | TH_ACK)) == TH_SYN)
		begin_connection(capture, client_port);
	struct connection *connection = find_connection(capture, client_port);

	if (!connection)
		return false;
	*captured = (struct captured_packet){
		.packet = {.from_client = from_client, .flags = tcp.th_flags, .length = payload},
		/* With nanosecond precision tv_usec counts nanoseconds. */
		.time = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec,
		.window = ntohs(tcp.th_win)};
	number(connection, &tcp, captured);
	return true;
}

static void dump(struct capture *capture, const struct pcap_pkthdr *header, const u_char *bytes)
{
	pcap_dump((u_char *)capture->dumper, header, bytes);
	dump_failed(capture, ferror(pcap_dump_file(capture->dumper)));
}

int capture_next(struct capture *capture, struct captured_packet *captured)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got;

	while ((got = pcap_next_ex(capture->pcap, &header, &bytes)) == 1) {
		if (!read_packet(capture, header, bytes, captured))
			continue;
		if (capture->dumper)
			dump(capture, header, bytes);
		return 1;
	}
	return got < 0 ? -EIO : 0;
}

void capture_wait(struct capture *capture, int64_t deadline)
{
	struct pollfd p = {.fd = pcap_get_selectable_fd(capture->pcap), .events = POLLIN};
	int64_t left = deadline - clock_read(CLOCK_MONOTONIC);

	if (left > 0)
		poll(&p, 1, (int)(left / 1000000) + 1);
}

bool capture_lost(struct capture *capture)
{
	return lost_since_open(capture) != capture->lost;
}
