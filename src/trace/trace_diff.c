/*
 * trace_diff: trace.h's comparing of a trace with a text.
 */
#include "trace/trace.h"
#include "util/diff.h"
#include "util/memstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A line of what is left to compare: of the steps and packets, with single blanks. */
static void print_essence_line(const char *line, size_t length, FILE *out)
{
	struct words words;
	const char *what;
	int column;

	if (!text_cut(&words, line, length, &column, &what) || !words.count ||
		!strcmp(words.word[0].text, "use"))
		return;
	for (int i = 0; i < words.count; i++)
		fprintf(out, "%s%s", i ? " " : "", words.word[i].text);
	fputc('\n', out);
}

static void print_essence(const char *text, bool diff, FILE *out)
{
	for (size_t length; *text; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		if (!diff)
			print_essence_line(text, length, out);
		else if (*text == ' ' || *text == '+') /* what was observed */
			print_essence_line(text + 1, length - 1, out);
	}
}

char *trace_essence(const char *text, bool diff)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return NULL;
	print_essence(text, diff, out);
	memory_close(out, &lines);
	return lines;
}

static char *observed_essence(const struct trace *trace)
{
	char *text = NULL, *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	trace_print_observed(trace, out);
	if (memory_close(out, &text))
		lines = trace_essence(text, false);
	free(text);
	return lines;
}

char *trace_diff(const struct trace *trace, const char *text)
{
	char *wanted = trace_essence(text, false), *observed = observed_essence(trace),
	     *diff = NULL;

	errno = ENOMEM;
	if (wanted && observed)
		diff = diff_lines(wanted, observed);
	free(wanted);
	free(observed);
	return diff;
}
