/*
 * verdict_print: what is printed of a connection in a capture.
 */
#include "diagnose/verdict.h"

#include "language/packet.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_PACKETS = 12, VERDICT_TEXT = 1024 };

void verdict_print_gaps(const struct conversation *c, struct sheet *sheet)
{
	if (!c->whole)
		sheet_further_remark(sheet, "it was there before the capture began%s",
			c->guessed ? "; the end with the lower port is taken for the server's"
				   : "");
	for (int i = 0; i < 2; i++) {
		const struct conversation_way *way = &c->way[i];

		if (way->missing)
			sheet_further_remark(sheet,
				"%" PRIu64 " byte%s of the %s's %s not in the capture",
				way->missing, text_plural((long)way->missing), verdict_end(i),
				way->missing == 1 ? "is" : "are");
		if (way->again)
			sheet_further_remark(sheet, "%ld packet%s of the %s's sent again",
				way->again, way->again == 1 ? " was" : "s were", verdict_end(i));
		if (way->probes)
			sheet_further_remark(sheet, "%ld probe%s of the %s's", way->probes,
				text_plural(way->probes), verdict_end(i));
		if (way->closed_windows)
			sheet_further_remark(sheet,
				"%ld packet%s of the %s's said that it has no room",
				way->closed_windows, text_plural(way->closed_windows),
				verdict_end(i));
	}
	if (c->fragments)
		sheet_further_remark(sheet,
			"%ld packet%s came in fragments, of which the first was read", c->fragments,
			text_plural(c->fragments));
	if (c->copies)
		sheet_further_remark(sheet, "%ld packet%s captured twice", c->copies,
			c->copies == 1 ? " was" : "s were");
}

void verdict_heading(const struct conversation *c, const char *noun, char *text, size_t size)
{
	const struct conversation_way *connector = &c->way[CONNECTOR],
				      *acceptor = &c->way[ACCEPTOR];
	char from[TCP_ADDRESS_TEXT], to[TCP_ADDRESS_TEXT];

	tcp_address_text(&connector->address, from, sizeof from);
	tcp_address_text(&acceptor->address, to, sizeof to);
	size_t used = (size_t)snprintf(text, size,
		"connection %ld: %s > %s, %ss %ld to %ld, %ld of it, %" PRIu64
		" byte%s > and %" PRIu64 " <",
		c->number, from, to, noun, c->first, c->last, c->packets, connector->bytes,
		text_plural((long)connector->bytes), acceptor->bytes);
	if (c->begin != PACKET_NO_TIME && c->end >= c->begin && used < size)
		snprintf(text + used, size - used, ", %.3f s", (double)(c->end - c->begin) / 1e9);
}

static void print_packet(
	const struct conversation_packet *p, const char *noun, long marked, struct sheet *sheet)
{
	struct packet packet = {.from_client = p->from == CONNECTOR,
		.flags = p->flags & (uint8_t) ~(TH_PUSH | 0xc0),
		.length = p->length};
	char title[32], packet_is[PACKET_TEXT], text[PACKET_TEXT + 32];

	snprintf(title, sizeof title, "%s %ld", noun, p->number);
	packet_text(&packet, packet_is, sizeof packet_is);
	snprintf(text, sizeof text, "%s%s%s%s", packet_is, p->again ? "  again" : "",
		p->probe ? "  probe" : "", p->number == marked ? "  (this)" : "");
	sheet_item_line(sheet, title, text);
}

static void print_packets(
	const struct conversation *c, const char *noun, long marked, struct sheet *sheet)
{
	int count = c->kept < CONVERSATION_PACKETS ? (int)c->kept : CONVERSATION_PACKETS;

	for (int i = count > SHOWN_PACKETS ? count - SHOWN_PACKETS : 0; i < count; i++)
		print_packet(conversation_packet(c, i), noun, marked, sheet);
}

static void print_calls(const struct verdict *v, struct sheet *sheet)
{
	char text[VERDICT_TEXT];

	snprintf(text, sizeof text, "of the %s: %s", verdict_end(!v->by), v->calls);
	sheet_item(sheet, "calls", text);
}

void verdict_print(const struct conversation *c, const char *noun, struct sheet *sheet)
{
	struct verdict v;
	char text[VERDICT_TEXT], packet[32] = "";

	if (!verdict_find(&v, c))
		return;
	if (v.packet)
		snprintf(packet, sizeof packet, "%s %ld: ", noun, v.packet);
	snprintf(text, sizeof text, "%sthe %s %s", packet, verdict_end(v.by), v.what);
	sheet_lead(sheet, text);
	print_packets(c, noun, v.packet, sheet);
	print_calls(&v, sheet);
	sheet_item(sheet, "shown by", v.shown_by);
	for (int i = 0; i < v.acts; i++)
		sheet_item(sheet, i ? "or" : "how", acts[v.act[i]].says);
	for (int i = 0; i < v.acts; i++)
		sheet_item(sheet, i ? "or" : "also", acts[v.act[i]].also);
	for (int i = 0; i < v.acts; i++)
		sheet_item(sheet, "facts", acts[v.act[i]].advice);
}
