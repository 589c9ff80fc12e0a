/*
 * reading: how far a long file was read, a line on a terminal each second.
 */
#ifndef CLOSEWAIT_READING_H
#define CLOSEWAIT_READING_H

#include <stdbool.h>
#include <stdint.h>

struct reading {
	bool shown;
	int64_t next; /* when to print again */
};

struct reading reading_begin(void);

/* Shows how many there are of what noun says, and of connections. */
void reading_show(struct reading *reading, long count, const char *noun, long connections);

/* Takes the line away. */
void reading_end(const struct reading *reading);

#endif
