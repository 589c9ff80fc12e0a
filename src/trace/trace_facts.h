/*
 * trace_facts: what a trace says below its steps, as comment lines. Pure.
 */
#ifndef CLOSEWAIT_TRACE_FACTS_H
#define CLOSEWAIT_TRACE_FACTS_H

#include "trace/trace.h"

/* Prints " NAME MOVED NAME MOVED" of the trace's counters, which are not NULL, broken at
 * TEXT_WIDTH. */
void trace_facts_counters(const struct trace *trace, FILE *out);

/* Prints why the last sending call of the client that failed did so, by the rule that predicted it.
 */
void trace_facts_why(const struct trace *trace, FILE *out);

#endif
