/*
 * clean: texts of which nothing is known, for formats that take only some characters. Pure.
 */
#ifndef CLOSEWAIT_CLEAN_H
#define CLOSEWAIT_CLEAN_H

#include <stdbool.h>

extern const char clean_replacement[]; /* U+FFFD */

/* How many bytes the character at text has, 1 at least. *allowed: it is one that XML, too, may
 * contain; otherwise U+FFFD is to stand for it: for every byte that is part of no character, for
 * every control character but newline and tab, and for U+FFFE and U+FFFF. */
int clean_character(const char *text, bool *allowed);

/* Copies text so. For free(3); NULL without memory. */
char *clean_text(const char *text);

/* The same as one line: a blank stands for newline and tab. */
char *clean_line(const char *text);

#endif
