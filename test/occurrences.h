/*
 * occurrences: how often a text has a part.
 */
#ifndef TEST_OCCURRENCES_H
#define TEST_OCCURRENCES_H

#include <string.h>

static inline int occurrences(const char *text, const char *part)
{
	int count = 0;

	for (; (text = strstr(text, part)); text++)
		count++;
	return count;
}

#endif
