#include "diagnose/verdict_json.h"

#include "diagnose/verdict.h"
#include "language/packet.h"

#include <netinet/tcp.h>

/* Adds value, which it steals, unless it or the array is NULL. */
static void append(json_t **array, json_t *value)
{
	if (*array && (!value || json_array_append_new(*array, value))) {
		json_decref(*array);
		*array = NULL;
	}
}

static json_t *way_object(const struct conversation_way *way)
{
	char address[TCP_ADDRESS_TEXT];

	tcp_address_text(&way->address, address, sizeof address);
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "address", address, "packets",
		(json_int_t)way->packets, "bytes", (json_int_t)way->bytes, "missing_bytes",
		(json_int_t)way->missing, "sent_again", (json_int_t)way->again, "probes",
		(json_int_t)way->probes, "closed_windows", (json_int_t)way->closed_windows);
}

static json_t *packets_array(const struct conversation *c)
{
	json_t *array = json_array();
	const struct conversation_packet *p;

	for (int i = 0; (p = conversation_packet(c, i)); i++) {
		struct packet packet = {.from_client = p->from == CONNECTOR,
			.flags = p->flags & (uint8_t) ~(TH_PUSH | 0xc0),
			.length = p->length};
		char text[PACKET_TEXT];

		packet_text(&packet, text, sizeof text);
		append(&array, json_pack("{s:I, s:s, s:b, s:b}", "number", (json_int_t)p->number,
				       "text", text, "again", p->again, "probe", p->probe));
	}
	return array;
}

static json_t *acts_array(const struct verdict *v)
{
	json_t *array = json_array();

	for (int i = 0; i < v->acts; i++)
		append(&array, json_pack("{s:s, s:s, s:s}", "act", acts[v->act[i]].says, "also",
				       acts[v->act[i]].also, "advice", acts[v->act[i]].advice));
	return array;
}

/* null where there was no trouble. */
static json_t *end_object(const struct conversation *c)
{
	struct verdict v;

	if (!verdict_find(&v, c))
		return json_null();
	return json_pack("{s:s, s:I, s:s, s:s, s:s, s:o}", "by", verdict_end(v.by), "packet",
		(json_int_t)v.packet, "what", v.what, "calls", v.calls, "shown_by", v.shown_by,
		"acts", acts_array(&v));
}

json_t *verdict_json(const struct conversation *c)
{
	return json_pack("{s:I, s:I, s:I, s:b, s:b, s:I, s:I, s:o, s:o, s:o, s:o}", "number",
		(json_int_t)c->number, "first_packet", (json_int_t)c->first, "last_packet",
		(json_int_t)c->last, "whole", c->whole, "ends_guessed", c->guessed, "copies",
		(json_int_t)c->copies, "fragments", (json_int_t)c->fragments, "client",
		way_object(&c->way[CONNECTOR]), "server", way_object(&c->way[ACCEPTOR]),
		"last_packets", packets_array(c), "trouble", end_object(c));
}
