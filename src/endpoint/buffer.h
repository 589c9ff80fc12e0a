/*
 * buffer: where a call's bytes come from or go to: zeroes or a sink, of which all can be accessed,
 * or memory that ends before the call's length does.
 */
#ifndef CLOSEWAIT_BUFFER_H
#define CLOSEWAIT_BUFFER_H

#include "language/step.h"

#include <stdbool.h>
#include <stddef.h>

struct buffer {
	char *bytes;
	size_t length;   /* what the call is asked to transfer */
	char *map;       /* for munmap(2), or NULL */
	size_t map_size; /* bytes */
};

/* LENGTH_LIMIT zeroes, which nobody writes to, and as many bytes for what is read, which nobody
 * looks at. */
extern char *const buffer_zeroes, *const buffer_sink;

/* The buffer of a step: whole, or with "mapped=N" N bytes of memory and behind them none
 * (PROT_NONE: EFAULT, as behind the end of any mapping). Returns 0, or a negative errno of mmap(2)
 * or mprotect(2). */
int buffer_open(struct buffer *buffer, const struct step *step, void *whole);

/* Gives the memory back; errno stays. */
void buffer_close(struct buffer *buffer);

#endif
