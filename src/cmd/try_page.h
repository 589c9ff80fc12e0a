/*
 * try_page: what closewait try found, as a page: of a program and one peer, or of all peers, a
 * table first.
 */
#ifndef CLOSEWAIT_TRY_PAGE_H
#define CLOSEWAIT_TRY_PAGE_H

#include "cmd/try_row.h"
#include "format/format.h"
#include "trial/state.h"

#include <stdio.h>

/* Writes "client against peer-close". */
void try_page_title(char *const *argv, const struct experiment *peer, char *title, size_t size);

/* Begins the page of one trial, and says what became of the program. */
void try_page_begin(const struct trial *trial, const struct experiment *peer, FILE *out);

/* Begins the part of one of several. */
void try_page_part_begin(const struct trial *trial, const struct try_row *row,
	const struct experiment *peer, FILE *out);

/* Adds the trace of a connection; inner: to a part. False without memory. */
bool try_page_trace(const struct format_trace *trace, bool inner, FILE *out);

/* Adds the peer's script, and ends the page, or the part. */
void try_page_end(const struct experiment *peer, FILE *out);
void try_page_part_end(const struct experiment *peer, FILE *out);

/* The page of all: rows and parts while they come. */
struct try_pages {
	FILE *rows, *parts; /* parts: where try_page_part_begin prints to */
	char *rows_text, *parts_text;
	size_t rows_size, parts_size;
	int count;
};

/* False without memory. */
bool try_pages_begin(struct try_pages *pages);

/* Adds a row of the table. */
void try_pages_add(struct try_pages *pages, const struct try_row *row, const char *peer);

/* Prints the page, unless out is NULL, and frees all. False without memory. */
bool try_pages_end(struct try_pages *pages, char *const *argv, FILE *out);

#endif
