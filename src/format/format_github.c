/*
 * format_github: format.h's annotations, as GitHub's runner takes them from what a step prints: a
 * workflow command on a line, "::error file=F,line=L,title=T::MESSAGE".
 */
#include "format/format.h"
#include "language/catalog.h"
#include "page/page.h"
#include "util/clean.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

/* Prints text of any kind as the value of a property, or as the message, in which ':' and ',' have
 * no meaning (actions/toolkit, packages/core/src/command.ts: escapeProperty(), escapeData()). */
static void print_escaped(FILE *out, const char *text, bool property)
{
	char *cleaned = clean_text(text);

	for (const char *at = cleaned; at && *at; at++)
		if (strchr("%\r\n", *at) || (property && strchr(":,", *at)))
			fprintf(out, "%%%02X", (unsigned)(unsigned char)*at);
		else
			fputc(*at, out);
	free(cleaned);
}

/* Of the catalogue's experiments, and of standard input, there is no file to point at. */
static bool is_file(const char *name)
{
	return strcmp(name, "-") != 0 && !catalog_text("trace", name);
}

/* What the annotation is about; line 0: the whole of it. */
static void begin(
	const char *command, const struct trace *trace, int line, const char *what, FILE *out)
{
	const char *name = trace->experiment->name;

	fprintf(out, "::%s ", command);
	if (is_file(name)) {
		fputs("file=", out);
		print_escaped(out, name, true);
		if (line)
			fprintf(out, ",line=%d", line);
		fputc(',', out);
	}
	fputs("title=", out);
	print_escaped(out, page_name(name), true);
	fprintf(out, " %s%%3A ", family_name(trace->family));
	print_escaped(out, what, true);
	fputs("::", out);
}

static void print_message(const char *text, FILE *out)
{
	print_escaped(out, text, false);
	fputc('\n', out);
}

/* "; observed 6"; what is not known is left out. */
static void add_answer(char *text, size_t size, const char *name, const struct result *result)
{
	size_t used = strlen(text);
	char right[RESULT_TEXT];

	if (result->kind == RESULT_NONE || result->kind == RESULT_UNKNOWN)
		return;
	result_text(result, right, sizeof right);
	snprintf(text + used, size - used, "%s%s %s", used ? "; " : "", name,
		*right ? right : "that it arrives");
}

static void print_step(const struct trace *trace, int i, FILE *out)
{
	const struct script_step *entry = &trace->experiment->script[i];
	struct answers answers = trace_answers(trace, i);
	char what[LINE_LIMIT + 1], text[4 * RESULT_TEXT] = "";

	step_text(&entry->step, what, sizeof what);
	begin("error", trace, entry->line, what, out);
	if (!trace->observation[i].reached)
		snprintf(text, sizeof text, "not reached");
	add_answer(text, sizeof text, "expected", &answers.expected);
	if (trace->observation[i].reached)
		add_answer(text, sizeof text, "observed", &answers.observed);
	add_answer(text, sizeof text, "predicted", &answers.predicted);
	print_message(text, out);
}

static void print_packet(const struct trace *trace, const struct packet *packet, int line,
	const char *text, FILE *out)
{
	char is[PACKET_TEXT], what[PACKET_TEXT + 8];

	packet_text(packet, is, sizeof is);
	snprintf(what, sizeof what, "wire %s", is);
	begin("error", trace, line, what, out);
	print_message(text, out);
}

/* An annotation each for what deviates. */
static void print_deviations(const struct trace *trace, FILE *out)
{
	const struct experiment *e = trace->experiment;

	for (int i = 0; i < e->step_count; i++)
		if (trace_deviates(trace, i))
			print_step(trace, i, out);
	for (int i = 0; i < e->wire_count; i++)
		if (trace->reached && trace_expects_packet(trace, i) &&
			trace->expected_capture[i] < 0)
			print_packet(trace, &e->wire[i].packet, e->wire[i].line,
				"expected, not seen", out);
	for (int i = 0; i < trace->capture_count; i++)
		if (trace_unexpected(trace, i))
			print_packet(
				trace, &trace->capture[i].packet, 0, "seen, not expected", out);
}

bool format_github_print(const struct format_trace *t, FILE *out)
{
	static const char *const commands[] = {
		[VERDICT_SKIPPED] = "notice", [VERDICT_ERROR] = "error"};
	const struct trace *trace = t->trace;

	if (trace->verdict == VERDICT_DEVIATES)
		print_deviations(trace, out);
	else if (trace->verdict != VERDICT_EXPECTED) {
		begin(commands[trace->verdict], trace, 0, verdict_text(trace->verdict), out);
		print_message(trace->reason, out);
	}
	return true;
}

void format_github_end(const struct format_totals *totals, FILE *out)
{
	fprintf(out, "%d trace%s: ", totals->given, text_plural(totals->given));
	for (int v = VERDICT_EXPECTED, any = 0; v <= VERDICT_ERROR; v++)
		if (totals->verdict[v])
			fprintf(out, "%s%d %s", any++ ? ", " : "", totals->verdict[v],
				verdict_text((enum verdict)v));
	fputc('\n', out);
}
