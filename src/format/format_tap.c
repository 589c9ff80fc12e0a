/*
 * format_tap: format.h's test points, as the kernel's own tests print them: KTAP 1. prove(1) and
 * other readers of TAP take its first line for a remark, and the directive ERROR for a part of the
 * description; of TAP 14 prove would refuse the first line, before Test::Harness 3.48.
 */
#include "format/format.h"
#include "format/trace_text.h"
#include "util/clean.h"

#include <stdlib.h>
#include <string.h>

void format_tap_begin(const struct format_totals *totals, FILE *out)
{
	fprintf(out, "KTAP version 1\n1..%d\n", totals->count);
}

/* As diagnostic lines: '#' and a blank before each. */
static void print_diagnostics(const char *text, FILE *out)
{
	for (size_t length; *text; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		fprintf(out, "# %.*s\n", (int)length, text);
	}
}

/* A '#' would begin a directive. */
static void print_description(const char *text, FILE *out)
{
	for (; *text; text++)
		fprintf(out, "%s%c", *text == '#' || *text == '\\' ? "\\" : "", *text);
}

static void print_point(
	const struct format_trace *t, const char *name, const char *reason, FILE *out)
{
	static const char *const directives[] = {
		[VERDICT_SKIPPED] = " # SKIP ", [VERDICT_ERROR] = " # ERROR "};
	enum verdict verdict = t->trace->verdict;
	const char *directive = directives[verdict];

	fprintf(out, "%s %d - ",
		verdict == VERDICT_EXPECTED || verdict == VERDICT_SKIPPED ? "ok" : "not ok",
		t->number);
	print_description(name, out);
	fprintf(out, " %s%s%s\n", family_name(t->trace->family), directive ? directive : "",
		directive ? reason : "");
}

/* What is to be known of a point stands above it. */
bool format_tap_print(const struct format_trace *t, FILE *out)
{
	enum verdict verdict = t->trace->verdict;
	bool told = verdict == VERDICT_DEVIATES || (verdict == VERDICT_ERROR && t->runs);
	char *name = clean_line(t->trace->experiment->name), *reason = clean_line(t->trace->reason),
	     *trace = told ? trace_text_clean(t->trace) : NULL;
	bool good = name && reason && (trace || !told);

	if (good && told)
		print_diagnostics(trace, out);
	if (good)
		print_point(t, name, reason, out);
	free(name);
	free(reason);
	free(trace);
	return good;
}

void format_tap_end(const struct format_totals *totals, FILE *out)
{
	if (totals->missing)
		fprintf(out, "Bail out! %d of %d were not run\n", totals->missing, totals->count);
}
