#include "util/diff.h"

#include "util/memstream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lines {
	size_t count;
	const char **line;
};

static int length_of(const char *line)
{
	return (int)strcspn(line, "\n");
}

static bool same_line(const char *a, const char *b)
{
	int length = length_of(a);

	return length == length_of(b) && !memcmp(a, b, (size_t)length);
}

static struct lines split(const char *text)
{
	struct lines lines = {0};
	size_t newlines = 1;

	for (const char *at = text; *at; at++)
		newlines += *at == '\n';
	lines.line = calloc(newlines, sizeof *lines.line);
	while (lines.line && *text) {
		lines.line[lines.count++] = text;
		text += length_of(text);
		text += *text == '\n';
	}
	return lines;
}

/* common[i * (b->count + 1) + j]: how many lines the rests from a's i and b's j have in common, in
 * order. */
static unsigned *common_lines(const struct lines *a, const struct lines *b)
{
	size_t width = b->count + 1;
	unsigned *common = calloc((a->count + 1) * width, sizeof *common);

	for (size_t i = a->count; common && i-- > 0;)
		for (size_t j = b->count; j-- > 0;) {
			unsigned down = common[(i + 1) * width + j],
				 right = common[i * width + j + 1];

			common[i * width + j] = same_line(a->line[i], b->line[j])
							? common[(i + 1) * width + j + 1] + 1
						: down > right ? down
							       : right;
		}
	return common;
}

static void print_marked(char mark, const char *line, FILE *out)
{
	fprintf(out, "%c%.*s\n", mark, length_of(line), line);
}

static void print_diff(
	const struct lines *a, const struct lines *b, const unsigned *common, FILE *out)
{
	size_t i = 0, j = 0, width = b->count + 1;

	while (i < a->count || j < b->count) {
		if (i < a->count && j < b->count && same_line(a->line[i], b->line[j])) {
			print_marked(' ', a->line[i++], out);
			j++;
		} else if (j == b->count || (i < a->count && common[(i + 1) * width + j] >=
								     common[i * width + j + 1]))
			print_marked('-', a->line[i++], out);
		else
			print_marked('+', b->line[j++], out);
	}
}

char *diff_lines(const char *a, const char *b)
{
	struct lines before = split(a), after = split(b);
	unsigned *common = before.line && after.line ? common_lines(&before, &after) : NULL;
	char *diff = NULL;
	size_t size;
	FILE *out = common && strcmp(a, b) != 0 ? open_memstream(&diff, &size) : NULL;

	errno = common && !strcmp(a, b) ? 0 : ENOMEM;
	if (out) {
		print_diff(&before, &after, common, out);
		memory_close(out, &diff);
	}
	free(before.line);
	free(after.line);
	free(common);
	return diff;
}
