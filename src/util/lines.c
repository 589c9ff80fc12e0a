#include "util/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int lines_begin(struct lines *lines, int fd)
{
	*lines = (struct lines){.fd = fd, .buffer = malloc(LINES_LIMIT + 1)};
	return lines->buffer ? 0 : -ENOMEM;
}

/* Makes room behind what is there, and reads some more. */
static void read_more(struct lines *lines)
{
	ssize_t n;

	memmove(lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
	lines->end -= lines->begin;
	lines->begin = 0;
	do
		n = read(lines->fd, lines->buffer + lines->end, LINES_LIMIT - lines->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		lines->error = errno;
	if (n > 0)
		lines->end += (size_t)n;
	else
		lines->over = true;
}

static char *newline(const struct lines *lines, size_t from)
{
	return memchr(lines->buffer + lines->begin + from, '\n', lines->end - lines->begin - from);
}

/* Drops what is left of a line that was cut. */
static void skip_rest(struct lines *lines)
{
	char *end;

	while (!(end = newline(lines, 0)) && !lines->over) {
		lines->begin = lines->end;
		read_more(lines);
	}
	lines->begin = end ? (size_t)(end + 1 - lines->buffer) : lines->end;
}

static char *give(struct lines *lines, size_t size, size_t skipped, size_t *length)
{
	char *line = lines->buffer + lines->begin;

	line[size] = '\0';
	lines->begin += size + skipped;
	*length = size;
	return line;
}

char *lines_next(struct lines *lines, size_t *length)
{
	size_t seen = 0;
	char *end;

	if (lines->cut)
		skip_rest(lines);
	lines->cut = false;
	while (!(end = newline(lines, seen)) && !lines->over &&
		lines->end - lines->begin < LINES_LIMIT) {
		seen = lines->end - lines->begin;
		read_more(lines);
	}
	if (end)
		return give(lines, (size_t)(end - lines->buffer) - lines->begin, 1, length);
	lines->cut = !lines->over;
	size_t rest = lines->end - lines->begin;

	return rest ? give(lines, rest, 0, length) : NULL;
}

size_t lines_peek(struct lines *lines, char *bytes, size_t size)
{
	while (lines->end - lines->begin < size && !lines->over)
		read_more(lines);
	size_t there = lines->end - lines->begin;

	there = there < size ? there : size;
	memcpy(bytes, lines->buffer + lines->begin, there);
	return there;
}

size_t lines_read(struct lines *lines, char *bytes, size_t size)
{
	size_t got = lines_peek(lines, bytes, lines->begin < lines->end || !size ? size : 1);

	lines->begin += got;
	return got;
}

void lines_end(struct lines *lines)
{
	free(lines->buffer);
}
