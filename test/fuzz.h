/*
 * fuzz: what the fuzzers' targets share. Each is a program of libFuzzer's, or in the ordinary
 * build, with fuzz_replay.c, one that reads inputs from files.
 */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include "util/memstream.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, which is a finding, when what must hold does not. */
static inline void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

/* The input as a string; everything else is stopped by the first NUL. */
static inline char *string_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
