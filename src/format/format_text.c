/*
 * format_text: format.h's traces as they are, for people.
 */
#include "format/format.h"
#include "util/clean.h"
#include "util/text.h"

#include <stdlib.h>

static double milliseconds(int64_t nanoseconds)
{
	return (double)nanoseconds / 1e6;
}

static bool print_line(const struct format_trace *t, FILE *out)
{
	const struct trace *trace = t->trace;
	char *line;

	if (asprintf(&line, "%-30s %-14s %-11s %3d step%s %8.3f ms%s%s\n", trace->experiment->name,
		    family_name(trace->family), verdict_text(trace->verdict), trace->reached,
		    trace->reached == 1 ? " " : "s", milliseconds(trace->end - trace->begin),
		    trace->reason[0] ? "  " : "", trace->reason) < 0)
		return false;
	text_fit(out, line, t->width);
	free(line);
	return true;
}

/* Which of several traces this is, as a comment; apart from what stands above it. */
static bool print_heading(const struct format_trace *t, FILE *out)
{
	char *name = clean_line(t->trace->experiment->name);
	int written = name ? fprintf(out, "%s# %s %s\n", t->number > 1 ? "\n" : "", name,
				     family_name(t->trace->family))
			   : -1;

	free(name);
	return written >= 0;
}

static void print_whole(const struct format_trace *t, FILE *out)
{
	const struct trace *trace = t->trace;

	/* What the trace of the family before it began with need not be said again. */
	(t->again && !t->line ? trace_print_again : trace_print)(trace, t->colour, out);
	fprintf(out, "# %d step%s, %d deviation%s, ", trace->reached, text_plural(trace->reached),
		trace->deviations, text_plural(trace->deviations));
	if (trace->unasserted)
		fprintf(out, "%d not asserted, ", trace->unasserted);
	fprintf(out, "%.3f ms", milliseconds(trace->end - trace->begin));
	if (t->repeat > 1 && t->runs)
		fprintf(out, "; run %ld of %ld, %.3f ms each", t->runs, t->repeat,
			milliseconds(t->spent) / (double)t->runs);
	fputc('\n', out);
}

bool format_text_print(const struct format_trace *t, FILE *out)
{
	if (t->line && t->trace->verdict != VERDICT_DEVIATES)
		return print_line(t, out);
	if ((t->line || t->count > 1) && !print_heading(t, out))
		return false;
	print_whole(t, out);
	return true;
}

void format_text_end(const struct format_totals *totals, FILE *out)
{
	if (totals->given <= 1)
		return;
	fprintf(out, "%s# %d traces, %ld run%s, %ld step%s, %ld deviation%s, ",
		totals->line ? "" : "\n", totals->given, totals->runs, text_plural(totals->runs),
		totals->steps, text_plural(totals->steps), totals->deviations,
		text_plural(totals->deviations));
	if (totals->unasserted)
		fprintf(out, "%ld not asserted, ", totals->unasserted);
	fprintf(out, "%.3f ms\n", milliseconds(totals->spent));
}
