/*
 * page: what stands around a page's parts: one file with its style sheet and its script, which asks
 * no network for anything. Pure.
 */
#ifndef CLOSEWAIT_PAGE_H
#define CLOSEWAIT_PAGE_H

#include <stdio.h>

/* What a page calls the experiment or file of that name: "standard input" for "-". */
const char *page_name(const char *name);

/* Begins the page: its head, and the heading, which is the title. What follows, up to page_main, is
 * the introduction. */
void page_begin(const char *title, FILE *out);

/* Ends the introduction and begins the main part. */
void page_main(FILE *out);

/* Prints comment lines, which begin with a '#', as a list; what stands deeper in, deeper. */
void page_remarks(const char *text, FILE *out);

/* Prints a text as the pages of closewait explain are: a line that begins in the first column is a
 * heading, what stands below it, indented, keeps its lines. */
void page_prose(const char *text, FILE *out);

void page_end(FILE *out);

#endif
