/*
 * buffer: where a call's bytes come from or go to: a text, zeroes, or memory of the call's own, of
 * which all can be accessed, or which ends before the call's length does.
 */
#ifndef CLOSEWAIT_BUFFER_H
#define CLOSEWAIT_BUFFER_H

#include "language/result.h"
#include "language/step.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

struct buffer {
	char *bytes;
	size_t length;       /* what the call is asked to transfer */
	size_t mapped;       /* how many of those are in memory */
	char *map;           /* for munmap(2), or NULL */
	size_t map_size;     /* bytes */
	char small[1 << 16]; /* what a call that receives needs no mapping for */
};

/* BUFFER_ZEROES of them, which nobody writes to. */
enum { BUFFER_ZEROES = 1 << 20 };
extern char *const buffer_zeroes;

/* What the step sends: its text, or zeroes; with "mapped=N" N bytes of memory and behind them none
 * (PROT_NONE: EFAULT, as behind the end of any mapping). A text stays as it is until the experiment
 * is over: a call with MSG_ZEROCOPY goes on referring to it. False when mmap(2) or
 * mprotect(2) failed, and result says so: that is no answer of the kernel's to the call. */
bool buffer_to_send(struct buffer *buffer, const struct step *step, struct result *result);

/* Memory for what the step receives, as much as it asks for or as is mapped: of the call's own, so
 * that calls in several threads do not mix what they receive. Behind the first BUFFER_ZEROES bytes
 * the same pages come again and again: nobody looks at what is there, and a call of 1 GiB needs no
 * 1 GiB of memory. Returns as buffer_to_send. */
bool buffer_to_receive(struct buffer *buffer, const struct step *step, struct result *result);

/* The bytes in as many parts as the step says; returns how many. They are of a length, but for what
 * does not divide: of 6 bytes in 4 parts those have 1, 2, 1 and 2. */
int buffer_split(
	const struct buffer *buffer, const struct step *step, struct iovec part[PARTS_LIMIT]);

/* Keeps in result how what was received begins: as many bytes as it counts. */
void buffer_keep(const struct buffer *buffer, struct result *result);

/* Gives the memory back; errno stays. */
void buffer_close(struct buffer *buffer);

#endif
