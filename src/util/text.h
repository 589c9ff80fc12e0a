/*
 * text: cutting a line into words, laying out a text of many, and the known word nearest to an
 * unknown one. Pure.
 */
#ifndef CLOSEWAIT_TEXT_H
#define CLOSEWAIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	WORD_LIMIT = 160, /* characters in a word */
	WORDS_LIMIT = 32, /* words in a line */
	TEXT_WIDTH = 100, /* columns of a text that is laid out */
};

struct word {
	char text[WORD_LIMIT + 1];
	int column; /* counted in bytes from 1, as compilers do */
};

struct words {
	int count;
	struct word word[WORDS_LIMIT];
	int end_column;      /* just behind the last word */
	const char *comment; /* from its '#' on, or NULL */
};

/* Cuts the length bytes at line at blanks; a word that begins with '#' begins the comment, and in
 * one that begins with '"' blanks and '#' are part of it up to the next '"' without a backslash
 * before it. Returns false when a limit is exceeded: then *column says where and *what which limit.
 */
bool text_cut(struct words *words, const char *line, size_t length, int *column, const char **what);

/* How many of the length bytes at line stand before its comment. */
size_t text_before_comment(const char *line, size_t length);

/* Prints text from column on, where the output stands, to the end of the line; broken at blanks,
 * with further lines from the same column on. A word that is longer than a line is not broken. */
void text_wrap(FILE *out, int column, const char *text);

/* Prints text, of any number of lines, so that none is wider than width columns: a longer one is
 * broken at blanks and goes on in the column behind its last wide gap, or deeper than it began; a
 * comment (from a '#' on) goes on as one. A word that is longer than a line is not broken. Terminal
 * sequences (ESC ... 'm') have no width. */
void text_fit(FILE *out, const char *text, int width);

/* "s" behind the noun that is counted, but for one: "1 step", "2 steps". */
const char *text_plural(long count);

/* Adds a piece of length bytes, which begins with a blank, to a comment that the output stands in
 * at column; at column 0 the comment begins, with start. Where the line would be wider than
 * TEXT_WIDTH another one begins. Returns the column behind the piece; the last newline is the
 * caller's. */
int text_add_comment(FILE *out, int column, const char *start, const char *piece, int length);

/* Keeps the candidate nearest to an unknown word. Start with {word, NULL, 0}. */
struct nearest {
	const char *word;
	const char *best;
	int distance;
};

/* Considers candidate; candidates that need more edits than a third of the word never win. */
void text_offer_nearest(struct nearest *nearest, const char *candidate);

#endif
