/*
 * memstream: closing a stream that open_memstream(3) opened.
 */
#ifndef CLOSEWAIT_MEMSTREAM_H
#define CLOSEWAIT_MEMSTREAM_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Closes the stream, which may be NULL: then it could not be opened, and *text is NULL. True when
 * all that was written is in *text; otherwise there was no memory for it, and *text is NULL.
 * fclose(3) alone does not tell: it says 0 without a text. */
static inline bool memory_close(FILE *stream, char **text)
{
	bool whole = stream && !ferror(stream);

	if (stream && fclose(stream))
		whole = false;
	if (whole && *text)
		return true;
	free(*text);
	*text = NULL;
	return false;
}

#endif
