/*
 * symptom_page: what gives an errno, an event or a signal, as a page.
 */
#ifndef CLOSEWAIT_SYMPTOM_PAGE_H
#define CLOSEWAIT_SYMPTOM_PAGE_H

#include "explain/symptom.h"

/* Prints the page: a table of the ways in which it comes about. */
void symptom_page_print(const struct symptom_origins *origins, FILE *out);

#endif
