/*
 * format_json: format.h's JSON lines.
 */
#include "format/format.h"
#include "util/clean.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A result's text; NULL where there is none to tell. */
static const char *told(const struct result *result, char text[RESULT_TEXT])
{
	if (result->kind == RESULT_NONE || result->kind == RESULT_UNKNOWN)
		return NULL;
	result_text(result, text, RESULT_TEXT);
	return text;
}

enum { SIGNAL_TEXT = 32 };

/* "SIGPIPE"; NULL for no signal. */
static const char *signal_name(int signal, char text[SIGNAL_TEXT])
{
	const char *name = signal ? sigabbrev_np(signal) : NULL;

	snprintf(text, SIGNAL_TEXT, "SIG%s", name ? name : "");
	return name ? text : NULL;
}

/* What was received, as a trace quotes it; NULL for nothing. */
static const char *data_of(const struct result *result, char text[RESULT_TEXT])
{
	if (!result->data.there)
		return NULL;
	payload_text(&result->data, text, RESULT_TEXT);
	return text;
}

static const char *state_of(const struct observation *o, enum who who)
{
	return o->state[who] ? symbol_text(tcp_states, o->state[who]) : NULL;
}

/* Steals step. What only a step has that was run. */
static json_t *with_observation(json_t *step, const struct trace *trace, int i)
{
	const struct observation *o = &trace->observation[i];
	const struct result *result = &o->outcome.result;
	struct answers answers = trace_answers(trace, i);
	char text[RESULT_TEXT], name[SIGNAL_TEXT], data[RESULT_TEXT];

	if (!step || !o->reached)
		return step;
	json_t *more = json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:I, s:I}", "result",
		told(&answers.observed, text), "data", data_of(result, data), "errno",
		result->kind == RESULT_ERROR ? symbol_errno_text((int)result->value) : NULL,
		"signal", signal_name(result->signal, name), "note", o->note, "client_state",
		state_of(o, CLIENT), "server_state", state_of(o, SERVER), "begin_ns",
		(json_int_t)(o->outcome.begin - trace->begin), "duration_ns",
		(json_int_t)(o->outcome.end - o->outcome.begin));

	if (!more || json_object_update_new(step, more)) {
		json_decref(step);
		return NULL;
	}
	return step;
}

static json_t *step_object(const struct trace *trace, int i)
{
	const struct script_step *entry = &trace->experiment->script[i];
	struct answers answers = trace_answers(trace, i);
	char text[LINE_LIMIT + 1], expected[RESULT_TEXT], predicted[RESULT_TEXT];

	step_text(&entry->step, text, sizeof text);
	return with_observation(
		json_pack("{s:i, s:s, s:s, s:s*, s:s*, s:b, s:b}", "line", entry->line, "who",
			entry->step.who == NAMESPACE ? "namespace" : who_text(entry->step.who),
			"text", text, "expectation", told(&answers.expected, expected),
			"prediction", told(&answers.predicted, predicted), "reached",
			trace->observation[i].reached, "deviates", trace_deviates(trace, i)),
		trace, i);
}

static json_t *packet_object(const struct packet *packet, bool expected, bool deviates)
{
	const char *end = packet->end == CLIENT ? NULL : who_text(packet->end);
	char text[PACKET_TEXT], *way;

	packet_text(packet, text, sizeof text); /* "> P. 6", "client2 > P. 6" */
	way = strpbrk(text, "<>");
	return json_pack("{s:s*, s:s#, s:s#, s:I, s:b, s:b}", "end", end, "direction", way, 1,
		"flags", way + 2, (int)strcspn(way + 2, " "), "length", (json_int_t)packet->length,
		"expected", expected, "deviates", deviates);
}

/* Steals object. */
static json_t *with_number(json_t *object, const char *key, int64_t number)
{
	if (!object || !json_object_set_new(object, key, json_integer(number)))
		return object;
	json_decref(object);
	return NULL;
}

/* Steals object. */
static json_t *with_fate(json_t *object, enum packet_fate fate)
{
	const char *text = packet_fate_text(fate);

	if (!object || !*text || !json_object_set_new(object, "network", json_string(text)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *capture_object(const struct trace *trace, int i)
{
	const struct captured_packet *c = &trace->capture[i];
	int wire = trace->capture_expected[i];
	json_t *object = packet_object(&c->packet, wire >= 0, trace_unexpected(trace, i));

	object = with_number(object, "time_ns", c->time - trace->begin);
	object = with_number(object, "seq", c->seq);
	object = with_number(object, "ack", c->ack);
	object = with_number(object, "window", c->window);
	object = with_fate(object, c->fate);
	return wire < 0 ? object : with_number(object, "line", trace->experiment->wire[wire].line);
}

static json_t *missing_object(const struct trace *trace, int i)
{
	const struct expected_packet *wire = &trace->experiment->wire[i];

	return with_number(packet_object(&wire->packet, true, true), "line", wire->line);
}

static bool is_missing(const struct trace *trace, int i)
{
	return trace->reached && trace_expects_packet(trace, i) && trace->expected_capture[i] < 0;
}

/* Of the numbers below count that are wanted (NULL: all are) an object each. */
static json_t *array_of(const struct trace *trace, int count,
	bool (*wanted)(const struct trace *trace, int i),
	json_t *(*object)(const struct trace *trace, int i))
{
	json_t *array = json_array();

	for (int i = 0; array && i < count; i++)
		if ((!wanted || wanted(trace, i)) &&
			json_array_append_new(array, object(trace, i))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *event_object(const struct trace *trace, int i)
{
	const struct event *event = &trace->event[i];

	return json_pack("{s:s, s:s, s:I}", "who", who_text(event->client ? CLIENT : SERVER),
		"text", event->text, "time_ns", (json_int_t)(event->time - trace->begin));
}

/* Of " NAME MOVED"... */
static json_t *counters_object(const char *counters)
{
	json_t *object = json_object();
	char name[WORD_LIMIT + 1];
	long moved;
	int length;

	while (object && sscanf(counters, " %80s %ld%n", name, &moved, &length) == 2) {
		object = with_number(object, name, moved);
		counters += length;
	}
	return object;
}

/* The comment lines about the machine and the run, without their '#'. */
static json_t *context_array(const char *context)
{
	char *text = clean_text(context ? context : "");
	json_t *array = text ? json_array() : NULL;

	for (char *at = text, *line; array && (line = strsep(&at, "\n"));)
		if (*line && json_array_append_new(array, json_string(line + strspn(line, "# ")))) {
			json_decref(array);
			array = NULL;
		}
	free(text);
	return array;
}

/* Steals value; false without memory. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return !json_object_set_new(object, key, value);
}

/* Steals object, and sets in it what there may be to tell of packets, events and counters: nothing
 * of what was not observed. */
static json_t *with_observers(json_t *object, const struct trace *t)
{
	bool good = object;

	if (good && t->wire != WIRE_NONE)
		good = set(object, "packets",
			       array_of(t, t->capture_count, NULL, capture_object)) &&
		       set(object, "missing_packets",
			       array_of(t, t->experiment->wire_count, is_missing, missing_object));
	if (good && t->event)
		good = set(object, "events", array_of(t, t->event_count, NULL, event_object));
	if (good && t->counters)
		good = set(object, "counters", counters_object(t->counters));
	if (good)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *trace_object(const struct format_trace *f, const char *name, const char *reason)
{
	const struct trace *t = f->trace;
	char kernel[64];

	snprintf(kernel, sizeof kernel, "%d.%d.%d", t->kernel.major, t->kernel.minor,
		t->kernel.patch);
	return with_observers(
		json_pack("{s:s, s:s, s:s*, s:s, s:s*, s:i, s:i, s:I, s:I, s:I, s:I, s:o, s:o}",
			"experiment", name, "family", family_name(t->family), "kernel",
			t->kernel.major ? kernel : NULL, "verdict",
			symbol_text(verdicts, t->verdict), "reason", *reason ? reason : NULL,
			"deviations", t->deviations, "unasserted", t->unasserted, "runs",
			(json_int_t)f->runs, "repeat", (json_int_t)f->repeat, "begin_us",
			(json_int_t)(t->begin / 1000), "duration_ns",
			(json_int_t)(t->end - t->begin), "context", context_array(t->context),
			"steps", array_of(t, t->experiment->step_count, NULL, step_object)),
		t);
}

bool format_json_print(const struct format_trace *f, FILE *out)
{
	char *name = clean_text(f->trace->experiment->name), *reason = clean_text(f->trace->reason);
	json_t *object = name && reason ? trace_object(f, name, reason) : NULL;
	bool good = object && !json_dumpf(object, out, JSON_COMPACT);

	if (good)
		fputc('\n', out);
	json_decref(object);
	free(name);
	free(reason);
	return good;
}
