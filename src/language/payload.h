/*
 * payload: bytes as a text in strace's quoting: "hello\n". Pure.
 *
 * Read are \n \r \t \v \f \\ \" \ooo (octal, one to three digits) and \xNN; printed are the named
 * ones, and every other byte that is no printable ASCII in octal, as short as what follows allows.
 * Behind the closing quote "..." says that more bytes follow: strace's abbreviation.
 */
#ifndef CLOSEWAIT_PAYLOAD_H
#define CLOSEWAIT_PAYLOAD_H

#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { PAYLOAD_LIMIT = WORD_LIMIT - 2 }; /* bytes: what a word can quote */

struct payload {
	bool there; /* the bytes are known, if only how they begin */
	bool more;  /* others follow these */
	int length;
	char byte[PAYLOAD_LIMIT];
};

/* Does text begin as a quoted one does? */
bool payload_begins(const char *text);

/* Reads a quoted text to its end; false when it is none. The payload is no longer printed than it
 * was written. */
bool payload_parse(struct payload *payload, const char *text);

/* Writes the quoted text; as much of it as size characters have room for, which are at least 8, and
 * "..." behind it when that is not all. */
void payload_text(const struct payload *payload, char *text, size_t size);

/* Keeps the first of length bytes. */
void payload_keep(struct payload *payload, const char *bytes, size_t length);

/* Is it nothing but zeroes, as what is sent by its length is? */
bool payload_is_zeroes(const struct payload *payload);

/* Can both be the same bytes? One that is not there can be any. */
bool payloads_agree(const struct payload *a, const struct payload *b);

#endif
