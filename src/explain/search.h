/*
 * search: which experiments speak of something: by words of a reporter's own. Pure.
 */
#ifndef CLOSEWAIT_SEARCH_H
#define CLOSEWAIT_SEARCH_H

#include "language/experiment.h"

/* What of an experiment is searched: its name and its text, and for each errno and signal in it
 * what the system calls that ("Broken pipe"). For free(3); NULL without memory. */
char *search_text(const struct experiment *e);

/* Of that only the results, on every family and kernel, and what the system calls their errnos and
 * signals. For free(3); NULL without memory. */
char *search_descriptions(const struct experiment *e);

/* Does a text made by search_text have the word? Case makes no difference, nor whether parts of a
 * word are joined by '-' or '_', or not; the word may go on: "reload" finds "reloaded". */
bool search_has(const char *text, const char *word);

#endif
