/*
 * stream: what the bytes are that stand before a socket in its receive queue and on their way to
 * it, as far as it matters: how they begin. Pure.
 */
#ifndef CLOSEWAIT_STREAM_H
#define CLOSEWAIT_STREAM_H

#include "language/payload.h"

#include <stdbool.h>

enum { STREAM_LIMIT = 512 }; /* bytes that are known; what stands behind them is not */

struct stream {
	int known, taken; /* taken: the first of them were read, by a read until that waits */
	bool more;        /* others follow, and it is not known which */
	char byte[STREAM_LIMIT]; /* those that are known */
};

/* A text of that length was sent, or as many zeroes when there is none. */
void stream_append(struct stream *stream, const struct payload *text, long length);

/* So many bytes were read, or all of them. */
void stream_drop(struct stream *stream, long length);
void stream_clear(struct stream *stream);

/* Nobody knows any more what it holds. */
void stream_forget(struct stream *stream);

/* Where the text ends for the first time in the first unread bytes, counted from the first that was
 * not taken; 0 when it is not there; -1 when that is not known. */
long stream_find(const struct stream *stream, long unread, const struct payload *text);

#endif
