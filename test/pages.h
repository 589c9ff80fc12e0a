/*
 * pages: what somebody reads in a page: its text without markup.
 */
#ifndef CLOSEWAIT_TEST_PAGES_H
#define CLOSEWAIT_TEST_PAGES_H

#include "occurrences.h"
#include "reads.h"

#include <stdlib.h>

/* The text of the first element, from its tag's begin on, without tags, and entities as what they
 * stand for; the caller's. NULL when it is not there. */
static inline char *text_of_element(const char *page, const char *tag, const char *end_tag)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = {
		{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
	const char *at = strstr(page, tag), *end = at ? strstr(at, end_tag) : NULL;
	char *text = end ? calloc((size_t)(end - at) + 1, 1) : NULL, *to = text;

	while (text && at < end) {
		if (*at == '<') {
			at = strchr(at, '>') + 1;
			continue;
		}
		*to = *at;
		size_t used = 1;

		for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
			if (!strncmp(at, entities[i].entity, strlen(entities[i].entity))) {
				*to = entities[i].c;
				used = strlen(entities[i].entity);
			}
		at += used;
		to++;
	}
	return text;
}

/* One file, which asks no network for anything: well-formed, and nothing in it is a reference to
 * what is not in it. */
static inline void assert_self_contained(const char *page)
{
	static const char *const references[] = {"src=", "<link", "@import", "url(", "<iframe",
		"<object", "href=\"http", "<script src"};

	assert_xml(page);
	for (size_t i = 0; i < sizeof references / sizeof *references; i++)
		if (strstr(page, references[i]))
			fail_msg("%s in:\n%.2000s", references[i], strstr(page, references[i]));
}

#endif
