/*
 * lines: a file of any length, line by line, in memory that does not grow with it.
 */
#ifndef CLOSEWAIT_LINES_H
#define CLOSEWAIT_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { LINES_LIMIT = 1 << 20 }; /* bytes of a line: of a longer one the rest is left out */

struct lines {
	int fd; /* the caller's */
	char *buffer;
	size_t begin, end; /* what of it is still to be given */
	bool over;         /* the file has no more */
	bool cut;          /* the line that was given last was longer */
	int error;         /* errno of read(2), or 0 */
};

/* Returns 0 or -ENOMEM. */
int lines_begin(struct lines *lines, int fd);

/* The next line without its newline, valid until the next call; *length without its NUL. NULL
 * behind the last, and when it cannot be read. */
char *lines_next(struct lines *lines, size_t *length);

/* The next bytes, up to size, without taking them; how many there are. */
size_t lines_peek(struct lines *lines, char *bytes, size_t size);

/* Takes up to size bytes, where the file is not one of lines; how many there are, 0 at its end. */
size_t lines_read(struct lines *lines, char *bytes, size_t size);

void lines_end(struct lines *lines);

#endif
