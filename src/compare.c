/*
 * compare: trace.h's comparing of a trace with a text.
 */
#include "trace.h"

#include "diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The steps and packets of text, a line each with single blanks: what is left to compare. */
static void print_essence(const char *text, FILE *out)
{
	struct words words;
	const char *what;
	int column;

	for (size_t length; *text; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		if (!words_cut(&words, text, length, &column, &what) || !words.count ||
			!strcmp(words.word[0].text, "use"))
			continue;
		for (int i = 0; i < words.count; i++)
			fprintf(out, "%s%s", i ? " " : "", words.word[i].text);
		fputc('\n', out);
	}
}

static char *essence(const char *text)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return NULL;
	print_essence(text, out);
	return fclose(out) ? NULL : lines;
}

static char *observed_essence(const struct trace *trace)
{
	char *text = NULL, *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	trace_print_observed(trace, out);
	if (!fclose(out))
		lines = essence(text);
	free(text);
	return lines;
}

char *trace_diff(const struct trace *trace, const char *text)
{
	char *wanted = essence(text), *observed = observed_essence(trace), *diff = NULL;

	errno = ENOMEM;
	if (wanted && observed)
		diff = diff_lines(wanted, observed);
	free(wanted);
	free(observed);
	return diff;
}
