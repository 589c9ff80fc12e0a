/*
 * format_junit: format.h's testcases, as JUnit's XML has them.
 */
#include "format/format.h"
#include "format/trace_text.h"
#include "page/markup.h"
#include "util/clean.h"
#include "util/text.h"

#include <stdlib.h>

static double seconds(int64_t nanoseconds)
{
	return (double)nanoseconds / 1e9;
}

void format_junit_begin(const struct format_totals *totals, FILE *out)
{
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"closewait\" tests=\"%d\" failures=\"%d\" errors=\"%d\" "
		"skipped=\"%d\" time=\"%.6f\">\n",
		totals->given, totals->verdict[VERDICT_DEVIATES], totals->verdict[VERDICT_ERROR],
		totals->verdict[VERDICT_SKIPPED], seconds(totals->spent));
}

/* The element that says what is the matter, and in it the trace. */
static void print_matter(const char *element, const struct trace *trace, const char *reason,
	const char *text, FILE *out)
{
	fprintf(out, "    <%s message=\"", element);
	if (trace->verdict == VERDICT_DEVIATES)
		fprintf(out, "%d deviation%s", trace->deviations, text_plural(trace->deviations));
	else
		markup_text(out, reason);
	fputs("\">", out);
	markup_text(out, text);
	fprintf(out, "</%s>\n", element);
}

static void print_case(const struct format_trace *t, const char *name, const char *reason,
	const char *text, FILE *out)
{
	static const char *const elements[] = {[VERDICT_DEVIATES] = "failure",
		[VERDICT_SKIPPED] = "skipped",
		[VERDICT_ERROR] = "error"};
	const char *element = elements[t->trace->verdict];

	fputs("  <testcase classname=\"closewait\" name=\"", out);
	markup_text(out, name);
	fprintf(out, " %s\" time=\"%.6f\"%s>\n", family_name(t->trace->family), seconds(t->spent),
		element ? "" : "/");
	if (!element)
		return;
	print_matter(element, t->trace, reason, text, out);
	fputs("  </testcase>\n", out);
}

bool format_junit_print(const struct format_trace *t, FILE *out)
{
	char *name = clean_line(t->trace->experiment->name), *reason = clean_line(t->trace->reason),
	     *text = trace_text_clean(t->trace);
	bool good = name && reason && text;

	if (good)
		print_case(t, name, reason, text, out);
	free(name);
	free(reason);
	free(text);
	return good;
}

void format_junit_end(const struct format_totals *totals, FILE *out)
{
	(void)totals;
	fputs("</testsuite>\n", out);
}
