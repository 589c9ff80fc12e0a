/*
 * page_item: a line of a page of diagnose: what it is about, and what is to be said of it.
 */
#ifndef CLOSEWAIT_PAGE_ITEM_H
#define CLOSEWAIT_PAGE_ITEM_H

#include <stdio.h>

enum { PAGE_ITEM_COLUMN = 14 }; /* of what is said */

/* Prints text, wrapped, behind the title; nothing when it is empty. */
void page_item_print(const char *title, const char *text, FILE *out);

#endif
