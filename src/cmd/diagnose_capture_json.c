#include "cmd/diagnose_capture_json.h"

#include "cmd/diagnose_calls.h"
#include "diagnose/verdict_json.h"

static json_t *strange_array(const struct packet_totals *t)
{
	json_t *array = json_array();

	for (int i = 0; array && i < SOURCE_STRANGE && i < t->strange; i++)
		json_array_append_new(array, json_integer(t->strange_packet[i]));
	return array;
}

static json_t *totals_object(
	const struct packet_totals *t, const struct conversations_totals *followed)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:s, s:I, s:I, s:I, s:I}", "numbers",
		t->lines ? "line" : "packet", "packets", (json_int_t)t->packets, "tcp",
		(json_int_t)t->tcp, "other", (json_int_t)t->other, "fragments",
		(json_int_t)t->fragments, "not_understood", (json_int_t)t->strange,
		"first_not_understood", strange_array(t), "cut_short", t->cut_short, "connections",
		(json_int_t)followed->begun, "connections_closed", (json_int_t)followed->closed,
		"connections_not_followed", (json_int_t)followed->forgotten, "connections_not_kept",
		(json_int_t)followed->dropped);
}

static json_t *connections_array(const struct conversations *all)
{
	json_t *array = json_array();
	const struct conversation *c;

	for (int i = 0; array && (c = conversations_at(all, i)); i++)
		if (json_array_append_new(array, verdict_json(c))) {
			json_decref(array);
			array = NULL;
		}
	return array;
}

enum status diagnose_capture_json(
	const struct conversations *all, const struct packet_totals *totals)
{
	json_t *object =
		json_pack("{s:o, s:o}", "capture", totals_object(totals, conversations_totals(all)),
			"connections", connections_array(all));

	return diagnose_print_json(object) ? STATUS_EXPECTED : STATUS_ENVIRONMENT;
}
