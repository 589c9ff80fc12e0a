/*
 * explain_page: what closewait explain tells of an experiment, as a page.
 */
#ifndef CLOSEWAIT_EXPLAIN_PAGE_H
#define CLOSEWAIT_EXPLAIN_PAGE_H

#include "trace/trace.h"

/* Prints the page of a trace; below it more, a text as page_prose takes it. False without memory.
 */
bool explain_page_trace(const struct trace *trace, const char *more, FILE *out);

#endif
