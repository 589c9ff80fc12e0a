/*
 * format_html: format.h's traces as a page.
 */
#include "format/format.h"
#include "page/page.h"
#include "page/page_trace.h"
#include "util/text.h"

#include <string.h>

static double milliseconds(int64_t nanoseconds)
{
	return (double)nanoseconds / 1e6;
}

void format_html_begin(const struct format_totals *totals, FILE *out)
{
	page_begin(totals->name ? page_name(totals->name) : "Traces", out);
	fprintf(out, "<p>%d trace%s: ", totals->given, text_plural(totals->given));
	for (int v = VERDICT_EXPECTED, any = 0; v <= VERDICT_ERROR; v++)
		if (totals->verdict[v])
			fprintf(out, "%s%d %s", any++ ? ", " : "", totals->verdict[v],
				verdict_text((enum verdict)v));
	fprintf(out, "; %ld run%s, %ld step%s, %.0f ms.</p>\n", totals->runs,
		text_plural(totals->runs), totals->steps, text_plural(totals->steps),
		milliseconds(totals->spent));
	page_main(out);
}

/* Of the whole catalogue a further family that did as expected has no diagram: it would be the same
 * once more. */
bool format_html_print(const struct format_trace *t, FILE *out)
{
	const struct trace *trace = t->trace;
	bool again = t->line && t->again && trace->verdict == VERDICT_EXPECTED;
	char summary[128];

	snprintf(summary, sizeof summary, "%d step%s, %d deviation%s, %d not asserted; %.3f ms",
		trace->reached, text_plural(trace->reached), trace->deviations,
		text_plural(trace->deviations), trace->unasserted,
		milliseconds(trace->end - trace->begin));
	const struct page_trace part = {.trace = trace,
		.summary = summary,
		.folded = t->count > 1,
		.diagram = !again,
		.introduction = !again};
	bool good = page_trace_begin(&part, out);

	page_trace_end(&part, out);
	return good;
}

void format_html_end(const struct format_totals *totals, FILE *out)
{
	(void)totals;
	page_end(out);
}
