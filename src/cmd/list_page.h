/*
 * list_page: the catalogue as a page: every experiment with its reason, and a diagram of what is
 * expected of it; and the scripts of peers; nothing is run.
 */
#ifndef CLOSEWAIT_LIST_PAGE_H
#define CLOSEWAIT_LIST_PAGE_H

#include "language/experiment.h"

#include <stdbool.h>
#include <stdio.h>

void list_page_begin(struct version kernel, FILE *out);

/* Prints an experiment, as expected on kernel on the first of its families. False without memory.
 */
bool list_page_add(const struct experiment *e, struct version kernel, FILE *out);

/* Prints the script of a peer of closewait try. False without memory. */
bool list_page_add_peer(const struct experiment *peer, FILE *out);

void list_page_end(FILE *out);

#endif
