/*
 * page_part: a part of a page that has a heading, a trace say, and can be found by what it is.
 * Pure.
 */
#ifndef CLOSEWAIT_PAGE_PART_H
#define CLOSEWAIT_PAGE_PART_H

#include <stdbool.h>
#include <stdio.h>

/* Texts of any kind; NULL or empty: there is none. */
struct page_part {
	const char *id;    /* what links lead to; of characters that have none a '_' (markup_id) */
	const char *name;  /* the heading, */
	const char *where; /* a few words behind it, */
	const char *badge, *badge_class; /* what came of it, and how that looks: a verdict's name */
	const char *title;               /* and one line below */
	bool folded;                     /* one of many: opened by whoever wants to see it */
	bool open;                       /* folded, and opened already */
	bool item; /* one of those that the page's filters choose from, by these words: */
	const char *verdict, *family, *group, *show, *words;
};

void page_part_begin(const struct page_part *part, FILE *out);
void page_part_end(const struct page_part *part, FILE *out);

#endif
