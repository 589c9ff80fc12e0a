/*
 * trials: what closewait try says of a program, line by line.
 */
#ifndef TEST_TRIALS_H
#define TEST_TRIALS_H

#include "process.h"

#include <fnmatch.h>

/* What a trace consists of, in this order, between other lines. */
enum { LINES = 12 };

struct row {
	const char *peer, *mode, *deadline;
	int status;
	const char *line[LINES];
};

/* With single blanks. */
static inline const char *squeezed(const char *text, char *to, size_t size)
{
	size_t used = 0;

	for (; *text && used < size - 1; text++)
		if (*text != ' ' || !used || to[used - 1] != ' ')
			to[used++] = *text;
	to[used] = '\0';
	return to;
}

/* The line begins with pattern, or matches it where it has a '*'. */
static inline bool is_line(const char *line, const char *pattern)
{
	char here[1024], wanted[1024];

	line = squeezed(line, here, sizeof here);
	pattern = squeezed(pattern, wanted, sizeof wanted);
	if (strchr(pattern, '*'))
		return !fnmatch(pattern, line, FNM_NOESCAPE);
	return !strncmp(line, pattern, strlen(pattern)) &&
	       (!line[strlen(pattern)] || line[strlen(pattern)] == ' ');
}

static inline void assert_lines(const struct row *row, char *output)
{
	const char *const *wanted = row->line;
	char *rest = output, *line;
	char *copy = strdup(output);

	while (*wanted && (line = strsep(&rest, "\n")) != NULL)
		wanted += is_line(line, *wanted);
	if (wanted < row->line + LINES && *wanted)
		fail_msg("%s, %s: no '%s' in:\n%s", row->peer, row->mode, *wanted, copy);
	free(copy);
}

#endif
