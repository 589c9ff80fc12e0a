/*
 * strace_arguments: the arguments of a call as strace prints them: numbers, names, flags, strings,
 * structures. Pure.
 */
#ifndef CLOSEWAIT_STRACE_ARGUMENTS_H
#define CLOSEWAIT_STRACE_ARGUMENTS_H

#include "language/symbols.h"

#include <stdbool.h>
#include <stddef.h>

enum { ARGUMENTS_LIMIT = 8 };

/* Some text of a line. */
struct span {
	const char *text;
	size_t length;
};

struct strace_arguments {
	int count;
	struct span argument[ARGUMENTS_LIMIT];
};

/* Cuts at the commas that stand in no string and no bracket. */
void strace_arguments_cut(struct strace_arguments *arguments, struct span text);

bool span_is(struct span span, const char *text);
bool span_has(struct span span, const char *text);

/* The number that the span begins with, as "3<TCP:[127.0.0.1:80]>" does; fallback when none does.
 */
long span_number(struct span span, long fallback);

/* The number behind the first KEY= at or behind offset *at, which moves on; fallback when there is
 * none. */
long span_field(struct span span, const char *key, size_t *at, long fallback);

/* What stands behind the first KEY= up to a ',', a '}' or the end. */
struct span span_field_text(struct span span, const char *key, size_t *at);

/* Flags by a table; names and bits that it has not are left out. */
long span_flags(struct span span, const struct symbol *table);

/* The value of a name alone, or of a number. */
long span_symbol(struct span span, const struct symbol *table, long fallback);

#endif
