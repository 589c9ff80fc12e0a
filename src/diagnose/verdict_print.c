/*
 * verdict_print: what is printed of a connection in a capture.
 */
#include "diagnose/page_item.h"
#include "diagnose/verdict.h"

#include "language/packet.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_PACKETS = 12, VERDICT_TEXT = 1024 };

/* What the capture lacks, and what it has too much of. */
static void print_gaps(const struct conversation *c, FILE *out)
{
	if (!c->whole)
		fprintf(out, "#   it was there before the capture began%s\n",
			c->guessed ? "; the end with the lower port is taken for the server's"
				   : "");
	for (int i = 0; i < 2; i++) {
		const struct conversation_way *way = &c->way[i];

		if (way->missing)
			fprintf(out, "#   %" PRIu64 " byte%s of the %s's %s not in the capture\n",
				way->missing, text_plural((long)way->missing), verdict_end(i),
				way->missing == 1 ? "is" : "are");
		if (way->again)
			fprintf(out, "#   %ld packet%s of the %s's sent again\n", way->again,
				way->again == 1 ? " was" : "s were", verdict_end(i));
		if (way->probes)
			fprintf(out, "#   %ld probe%s of the %s's\n", way->probes,
				text_plural(way->probes), verdict_end(i));
		if (way->closed_windows)
			fprintf(out, "#   %ld packet%s of the %s's said that it has no room\n",
				way->closed_windows, text_plural(way->closed_windows),
				verdict_end(i));
	}
	if (c->fragments)
		fprintf(out, "#   %ld packet%s came in fragments, of which the first was read\n",
			c->fragments, text_plural(c->fragments));
	if (c->copies)
		fprintf(out, "#   %ld packet%s captured twice\n", c->copies,
			c->copies == 1 ? " was" : "s were");
}

void verdict_print_heading(const struct conversation *c, const char *noun, FILE *out)
{
	const struct conversation_way *connector = &c->way[CONNECTOR],
				      *acceptor = &c->way[ACCEPTOR];
	char from[TCP_ADDRESS_TEXT], to[TCP_ADDRESS_TEXT];

	tcp_address_text(&connector->address, from, sizeof from);
	tcp_address_text(&acceptor->address, to, sizeof to);
	fprintf(out,
		"# connection %ld: %s > %s, %ss %ld to %ld, %ld of it, %" PRIu64
		" byte%s > and %" PRIu64 " <",
		c->number, from, to, noun, c->first, c->last, c->packets, connector->bytes,
		text_plural((long)connector->bytes), acceptor->bytes);
	if (c->begin != PACKET_NO_TIME && c->end >= c->begin)
		fprintf(out, ", %.3f s", (double)(c->end - c->begin) / 1e9);
	fputc('\n', out);
	print_gaps(c, out);
}

static void print_packet(
	const struct conversation_packet *p, const char *noun, long marked, FILE *out)
{
	struct packet packet = {.from_client = p->from == CONNECTOR,
		.flags = p->flags & (uint8_t) ~(TH_PUSH | 0xc0),
		.length = p->length};
	char title[32], text[PACKET_TEXT];

	snprintf(title, sizeof title, "%s %ld", noun, p->number);
	packet_text(&packet, text, sizeof text);
	fprintf(out, "   %-*s%s%s%s%s\n", PAGE_ITEM_COLUMN - 3, title, text,
		p->again ? "  again" : "", p->probe ? "  probe" : "",
		p->number == marked ? "  (this)" : "");
}

static void print_packets(const struct conversation *c, const char *noun, long marked, FILE *out)
{
	int count = c->kept < CONVERSATION_PACKETS ? (int)c->kept : CONVERSATION_PACKETS;

	for (int i = count > SHOWN_PACKETS ? count - SHOWN_PACKETS : 0; i < count; i++)
		print_packet(conversation_packet(c, i), noun, marked, out);
}

static void print_calls(const struct verdict *v, FILE *out)
{
	char text[VERDICT_TEXT];

	snprintf(text, sizeof text, "of the %s: %s", verdict_end(!v->by), v->calls);
	page_item_print("calls", text, out);
}

void verdict_print(const struct conversation *c, const char *noun, FILE *out)
{
	struct verdict v;
	char text[VERDICT_TEXT], packet[32] = "";

	if (!verdict_find(&v, c))
		return;
	if (v.packet)
		snprintf(packet, sizeof packet, "%s %ld: ", noun, v.packet);
	snprintf(text, sizeof text, "%sthe %s %s", packet, verdict_end(v.by), v.what);
	text_wrap(out, 0, text);
	print_packets(c, noun, v.packet, out);
	print_calls(&v, out);
	page_item_print("shown by", v.shown_by, out);
	for (int i = 0; i < v.acts; i++)
		page_item_print(i ? "or" : "how", acts[v.act[i]].says, out);
	for (int i = 0; i < v.acts; i++)
		page_item_print(i ? "or" : "also", acts[v.act[i]].also, out);
	for (int i = 0; i < v.acts; i++)
		page_item_print("facts", acts[v.act[i]].advice, out);
}
