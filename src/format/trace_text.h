/*
 * trace_text: a trace's text inside another format. Pure.
 */
#ifndef CLOSEWAIT_TRACE_TEXT_H
#define CLOSEWAIT_TRACE_TEXT_H

#include "trace/trace.h"

/* What trace_print prints, without colour, cleaned. For free(3); NULL without memory. */
char *trace_text_clean(const struct trace *trace);

#endif
