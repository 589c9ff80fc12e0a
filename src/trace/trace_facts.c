#include "trace/trace_facts.h"

#include "util/text.h"

#include <string.h>

void trace_facts_counters(const struct trace *trace, FILE *out)
{
	static const char start[] = "# counters that moved:";
	int column = 0;

	for (const char *at = trace->counters; *at;) {
		int length = (int)(strcspn(at + 1, " ") + 1);

		length += (int)(strcspn(at + length + 1, " ") + 1);
		column = text_add_comment(out, column, start, at, length);
		at += length;
	}
	if (!column)
		fprintf(out, "%s none", start);
	fputc('\n', out);
}

void trace_facts_why(const struct trace *trace, FILE *out)
{
	const struct experiment *e = trace->experiment;

	for (int i = e->step_count - 1; i >= 0; i--) {
		const struct step *step = &e->script[i].step;
		const struct prediction *prediction = &trace->observation[i].prediction;
		char left[LINE_LIMIT + 1], right[RESULT_TEXT];

		if (step->who != CLIENT || !(step->operation->flags & SENDS) ||
			prediction->result.kind != RESULT_ERROR)
			continue;
		step_text(step, left, sizeof left);
		result_text(&prediction->result, right, sizeof right);
		fprintf(out, "# Why %s = %s: %s%s%s.\n", left, right,
			prediction->cause ? prediction->cause : "", prediction->cause ? "; " : "",
			rule_texts[prediction->rule].says);
		return;
	}
}
