#include "cmd/diagnose_log_json.h"

#include "cmd/diagnose_calls.h"
#include "cmd/diagnose_log_packets.h"
#include "diagnose/seen_log.h"

static json_t *lines_array(const struct log_totals *t)
{
	json_t *array = json_array();

	for (int i = 0; array && i < LOG_UNKNOWN && i < t->unknown; i++)
		json_array_append_new(array, json_integer(t->unknown_line[i]));
	return array;
}

static json_t *totals_object(const struct log_totals *t)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "lines",
		(json_int_t)t->lines, "calls", (json_int_t)t->calls, "connections",
		(json_int_t)t->connections, "not_understood", (json_int_t)t->unknown,
		"first_not_understood", lines_array(t), "calls_left_out", (json_int_t)t->lacking,
		"events_left_out", (json_int_t)t->unlike, "connections_not_followed",
		(json_int_t)t->beyond, "lines_not_followed", (json_int_t)t->crowd,
		"connections_not_kept", (json_int_t)t->dropped, "processes_without_fork",
		(json_int_t)t->orphans, "io_uring_line", (json_int_t)t->uring_line);
}

/* error is null where nothing failed. */
static json_t *connection_object(const struct log_connection *c)
{
	json_t *error = c->error_line ? json_pack("{s:I, s:s}", "line", (json_int_t)c->error_line,
						"call", c->error)
				      : json_null();

	json_int_t calls = c->count;

	calls += c->later;
	return json_pack(
		"{s:I, s:I, s:i, s:s, s:s, s:I, s:I, s:I, s:s, s:b, s:b, s:b, s:b, s:b, s:o}",
		"number", (json_int_t)c->number, "pid", (json_int_t)c->pid, "descriptor", c->fd,
		"end", who_text(c->who), "family", family_name(c->family), "first_line",
		(json_int_t)c->begin_line, "last_line", (json_int_t)c->end_line, "calls", calls,
		"about", c->about, "whole", c->whole, "kind_shown", c->proof == PROOF_LOG,
		"shortened", c->shortened, "killed_by_sigpipe", c->killed, "hangs", c->hangs,
		"error", error);
}

/* With its diagnosis, if it failed and is modelled. */
static enum status add_connection(json_t *array, const struct log_connection *c, bool diagnosed,
	struct packets_beside *beside, struct version kernel)
{
	json_t *object = connection_object(c), *diagnosis = NULL;
	enum status status = STATUS_EXPECTED;
	struct witness witness;
	struct seen seen;

	if (diagnosed && c->error_line && model_has(c->family))
		status = seen_take_log(&seen, c, kernel)
				 ? diagnose_calls_json(&seen,
					   diagnose_log_witness(beside, c, &seen, NULL, &witness),
					   &diagnosis)
				 : STATUS_ENVIRONMENT;
	if (json_object_set_new(object, "diagnosis", diagnosis ? diagnosis : json_null()) ||
		json_array_append_new(array, object))
		return STATUS_ENVIRONMENT;
	return status;
}

enum status diagnose_log_json(
	const struct strace_log *log, struct packets_beside *beside, struct version kernel)
{
	json_t *array = json_array();
	enum status status = STATUS_EXPECTED;
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)); i++)
		status = status_merge(
			status, add_connection(array, c, i < DIAGNOSED, beside, kernel));
	if (!diagnose_print_json(json_pack("{s:o, s:o}", "log",
		    totals_object(strace_log_totals(log)), "connections", array)))
		return STATUS_ENVIRONMENT;
	return status;
}
