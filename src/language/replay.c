#include "language/replay.h"

#include <string.h>

static bool says_so(const char *words, int length)
{
	const int wanted = (int)sizeof REPLAY_CANNOT - 1;

	return length >= wanted && !strncmp(words, REPLAY_CANNOT, (size_t)wanted);
}

/* Where in the line of text its words begin, if they say that something cannot be replayed; or -1.
 */
static int find(const struct line *line)
{
	int at = 0;

	if (line->kind != LINE_TEXT)
		return -1;
	while (at < line->comment_length && strchr(" \t#", line->comment[at]))
		at++;
	return at && says_so(line->comment + at, line->comment_length - at) ? at : -1;
}

bool replay_is_whole(const struct experiment *e, FILE *errors)
{
	bool whole = true;

	for (int i = 0; i < e->line_count; i++) {
		int at = find(&e->line[i]);

		if (at < 0)
			continue;
		whole = false;
		fprintf(errors, "%s:%d:%d: %.*s\n", e->name, i + 1, at + 1,
			e->line[i].comment_length - at, e->line[i].comment + at);
	}
	if (!whole)
		fprintf(errors,
			"%s: take such lines out to run the rest, which may come out otherwise "
			"without what they tell of\n",
			e->name);
	return whole;
}
