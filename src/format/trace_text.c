#include "format/trace_text.h"

#include "util/clean.h"
#include "util/memstream.h"

char *trace_text_clean(const struct trace *trace)
{
	char *text = NULL, *cleaned = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	trace_print(trace, false, out);
	if (memory_close(out, &text))
		cleaned = clean_text(text);
	free(text);
	return cleaned;
}
