/*
 * markup: the one place where texts become HTML, SVG and other XML. Pure.
 */
#ifndef CLOSEWAIT_MARKUP_H
#define CLOSEWAIT_MARKUP_H

#include <stdarg.h>
#include <stdio.h>

/* Prints text, in an element or in an attribute: cleaned (util/clean.h), and what has a meaning in
 * markup escaped. The second: its first length bytes. */
void markup_text(FILE *out, const char *text);
void markup_part(FILE *out, const char *text, int length);

/* Prints what the format gives so, up to MARKUP_LIMIT bytes of it. */
enum { MARKUP_LIMIT = 8192 };
__attribute__((format(printf, 2, 3))) void markup_print(FILE *out, const char *format, ...);

/* Prints text as the value of an id: every character but letters, digits, '.', '_' and '-' becomes
 * a '_'. */
void markup_id(FILE *out, const char *text);

#endif
