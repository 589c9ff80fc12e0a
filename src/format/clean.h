/*
 * clean: texts of which nothing is known, for formats that take only some characters. Pure.
 */
#ifndef CLOSEWAIT_CLEAN_H
#define CLOSEWAIT_CLEAN_H

#include "trace/trace.h"

/* Copies text as UTF-8 that XML, too, may contain: U+FFFD stands for every byte that is part of no
 * character, for every control character but newline and tab, and for U+FFFE and U+FFFF. For
 * free(3); NULL without memory. */
char *clean_text(const char *text);

/* The same as one line: a blank stands for newline and tab. */
char *clean_line(const char *text);

/* What trace_print prints, without colour, cleaned. For free(3); NULL without memory. */
char *clean_trace(const struct trace *trace);

#endif
