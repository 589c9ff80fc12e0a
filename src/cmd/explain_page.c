#include "cmd/explain_page.h"

#include "explain/explain.h"
#include "page/page.h"
#include "page/page_trace.h"
#include "util/memstream.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

static bool print_sections(const struct trace *trace, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream) {
		explain_packets(trace, stream);
		explain_states(trace, stream);
		explain_calls(trace, stream);
	}
	if (!memory_close(stream, &text))
		return false;
	page_prose(text, out);
	free(text);
	return true;
}

bool explain_page_trace(const struct trace *trace, const char *more, FILE *out)
{
	char summary[96];

	snprintf(summary, sizeof summary, "As run here: %d step%s, %d deviation%s", trace->reached,
		text_plural(trace->reached), trace->deviations, text_plural(trace->deviations));
	const struct page_trace part = {
		.trace = trace, .summary = summary, .diagram = true, .introduction = true};

	page_begin(page_name(trace->experiment->name), out);
	page_main(out);
	bool good = page_trace_begin(&part, out) && print_sections(trace, out);

	page_prose(more, out);
	page_trace_end(&part, out);
	page_end(out);
	return good;
}
