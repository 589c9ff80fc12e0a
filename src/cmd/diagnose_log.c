#include "cmd/diagnose_log.h"

#include "cmd/diagnose_log_json.h"
#include "cmd/diagnose_log_packets.h"
#include "diagnose/seen_log.h"
#include "cmd/reading.h"
#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_lines(struct lines *lines, const char *name, char *head, struct strace_log *log)
{
	struct reading reading = reading_begin();
	const struct log_totals *t = strace_log_totals(log);
	bool well = true;
	size_t length;
	char *line;

	while (well && (line = strsep(&head, "\n")))
		well = !line[0] && !head ? true : strace_log_feed(log, line);
	while (well && (line = lines_next(lines, &length))) {
		well = strace_log_feed(log, line);
		reading_show(&reading, t->lines, "lines", t->connections);
	}
	strace_log_end(log);
	reading_end(&reading);
	if (!well)
		message("%s: no memory for its connections", name);
	else if (lines->error)
		message("%s: cannot read: %s", name, strerror(lines->error));
	return well && !lines->error;
}

static void print_unknown(const struct log_totals *t, struct sheet *sheet)
{
	char numbers[LOG_UNKNOWN * 24] = "";
	size_t used = 0;

	if (!t->unknown)
		return;
	for (int i = 0; i < LOG_UNKNOWN && i < t->unknown; i++)
		used += (size_t)snprintf(
			numbers + used, sizeof numbers - used, " %ld", t->unknown_line[i]);
	sheet_remark(sheet, "not understood: %ld line%s:%s%s", t->unknown, text_plural(t->unknown),
		numbers, t->unknown > LOG_UNKNOWN ? " ..." : "");
}

/* What is not diagnosed, and why. */
static void print_left_out(const struct log_totals *t, struct sheet *sheet)
{
	const struct {
		long count;
		const char *before, *noun, *after;
	} counts[] = {
		{t->lacking, "left out, because the vocabulary lacks them: ", "call",
			" on connections"},
		{t->unlike, "left out: ", "event",
			" of epoll, of descriptors that are not followed, or were added before the "
			"log began"},
		{t->beyond, "not followed: ", "connection", " more than are kept open at once"},
		{t->crowd, "not followed: ", "line", " of more processes than are kept at once"},
		{t->dropped, "not kept: ", "connection", " more that failed"},
	};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (counts[i].count)
			sheet_remark(sheet, "%s%ld %s%s%s", counts[i].before, counts[i].count,
				counts[i].noun, text_plural(counts[i].count), counts[i].after);
}

static void print_totals(const struct log_totals *t, const char *noun, struct sheet *sheet)
{
	sheet_remark(sheet, "%ld %s%s, %ld call%s on %ld connection%s", t->lines, noun,
		text_plural(t->lines), t->calls, text_plural(t->calls), t->connections,
		text_plural(t->connections));
	print_unknown(t, sheet);
	print_left_out(t, sheet);
	if (t->orphans)
		sheet_remark(sheet,
			"processes whose fork is not in the log (strace -e trace=%%process shows "
			"it): %ld; they have the descriptors of the only other one that has such a "
			"connection",
			t->orphans);
	if (t->uring_line)
		sheet_remark(sheet,
			"%s %ld: io_uring_setup: what is called through io_uring does not show in "
			"a log",
			noun, t->uring_line);
}

enum { HEADING = 320 }; /* bytes that any fits in */

static void heading_text(const struct log_connection *c, const char *noun, char *text, size_t size)
{
	char end[24] = "the end";

	if (c->end_line)
		snprintf(end, sizeof end, "%ld", c->end_line);
	snprintf(text, size,
		"connection %ld: pid %ld, descriptor %d, %ss %ld to %s, %ld call%s, of the %s%s%s",
		c->number, c->pid, c->fd, noun, c->begin_line, end, c->count + c->later,
		text_plural(c->count + c->later), who_text(c->who), *c->about ? ", " : "",
		c->about);
}

static void print_error(const struct log_connection *c, const char *noun, struct sheet *sheet)
{
	if (c->error_line)
		sheet_further_remark(sheet, "%s %ld: %s", noun, c->error_line, c->error);
}

/* What is known of the calls besides. */
static void print_notes(const struct log_connection *c, struct sheet *sheet)
{
	if (c->later)
		sheet_further_remark(sheet,
			"its calls up to %d behind the first that failed are diagnosed, the last "
			"%d of them",
			LOG_AFTER, LOG_CALLS);
	else if (c->count > LOG_CALLS)
		sheet_further_remark(sheet, "its last %d calls are diagnosed", LOG_CALLS);
	if (!c->whole)
		sheet_further_remark(sheet, "it was there before the log began");
	if (c->proof == PROOF_CALL)
		sheet_further_remark(sheet, "what kind of socket it is the log does not say "
					    "(strace -yy does): taken for TCP");
	if (c->shared)
		sheet_further_remark(sheet, "used by a process, too, whose fork is not in the log");
	if (c->shortened)
		sheet_further_remark(sheet,
			"lengths above %d stand as %d, parts of a write as writes of their own",
			LOG_LENGTH, LOG_LENGTH);
	if (c->hangs)
		sheet_further_remark(sheet, "a call on it had not returned when the log ended");
	if (c->killed)
		sheet_further_remark(
			sheet, "SIGPIPE killed its process: it was neither ignored nor handled");
}

static enum status diagnose(const struct log_connection *c, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	struct witness witness;
	struct seen seen;

	if (!seen_take_log(&seen, c, kernel)) {
		message("connection %ld: no memory for its calls", c->number);
		return STATUS_ENVIRONMENT;
	}
	return diagnose_calls(&seen,
		diagnose_log_witness(
			beside, c, &seen, asked->reproduce ? NULL : asked->sheet, &witness),
		asked);
}

/* A connection; of those that failed all that is known. */
static enum status print_connection(const struct log_connection *c, bool diagnosed,
	struct packets_beside *beside, struct version kernel, const struct diagnose_options *asked)
{
	enum status status = STATUS_EXPECTED;
	bool tells = c->error_line && diagnosed;
	char heading[HEADING];

	heading_text(c, asked->noun, heading, sizeof heading);
	sheet_part_begin(asked->sheet, c->number, tells, "%s", heading);
	print_error(c, asked->noun, asked->sheet);
	if (tells) {
		print_notes(c, asked->sheet);
		if (model_has(c->family))
			status = diagnose(c, beside, kernel, asked);
		else
			sheet_further_remark(
				asked->sheet, "%s is not modelled", family_name(c->family));
	}
	sheet_part_end(asked->sheet);
	return status;
}

/* The connections; those that failed come first. */
static enum status print_connections(const struct strace_log *log, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	enum status status = STATUS_EXPECTED;
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)); i++)
		status = status_merge(
			status, print_connection(c, i < DIAGNOSED, beside, kernel, asked));
	return status;
}

/* The experiment of the first connection that failed and is modelled; what it is of are comments.
 */
static enum status reproduce(const struct strace_log *log, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	const struct log_connection *c;
	char heading[HEADING];

	for (int i = 0; (c = strace_log_connection(log, i)) && c->error_line; i++)
		if (model_has(c->family)) {
			heading_text(c, asked->noun, heading, sizeof heading);
			sheet_remark(asked->sheet, "%s", heading);
			print_error(c, asked->noun, asked->sheet);
			print_notes(c, asked->sheet);
			return diagnose(c, beside, kernel, asked);
		}
	message("diagnose: no connection of plain TCP failed, so there is nothing to reproduce");
	return STATUS_DEVIATES;
}

static enum status give(const struct strace_log *log, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	enum status status;

	if (asked->reproduce)
		return reproduce(log, beside, kernel, asked);
	if (asked->format == OUTPUT_JSON)
		return diagnose_log_json(log, beside, kernel);
	print_totals(strace_log_totals(log), asked->noun, asked->sheet);
	packets_beside_print_totals(beside, asked->sheet);
	if (!strace_log_connection(log, 0))
		sheet_remark(asked->sheet, "every connection was closed without an error");
	sheet_main(asked->sheet);
	status = print_connections(log, beside, kernel, asked);
	packets_beside_print_rest(beside, asked->sheet);
	return status;
}

/* Reads the capture, which is asked for the connections that the log has. */
static enum status read_capture(
	const struct strace_log *log, struct packets_beside *beside, const char *name)
{
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)); i++) {
		struct match_request request = diagnose_log_request(c);

		if (family_is_tcp(c->family))
			packets_beside_want(beside, &request);
	}
	return packets_beside_read(beside, name);
}

enum status diagnose_log_give(
	const struct strace_log *log, struct version kernel, const struct diagnose_options *asked)
{
	struct packets_beside beside = {0};
	enum status status =
		asked->capture ? read_capture(log, &beside, asked->capture) : STATUS_EXPECTED;

	if (status == STATUS_EXPECTED)
		status = give(log, &beside, kernel, asked);
	packets_beside_free(&beside);
	return status;
}

enum status diagnose_log(struct lines *lines, const char *name, char *head, struct version kernel,
	const struct diagnose_options *asked)
{
	struct strace_log *log = strace_log_new();
	enum status status = STATUS_ENVIRONMENT;

	if (!log)
		message("%s: no memory for its connections", name);
	else if (read_lines(lines, name, head, log))
		status = diagnose_log_give(log, kernel, asked);
	strace_log_free(log);
	return status;
}
