/*
 * explain: what a trace means: its packets, the TCP states that appeared, and the calls that failed
 * or gave less than they seem to. Plain text. Pure.
 */
#ifndef CLOSEWAIT_EXPLAIN_H
#define CLOSEWAIT_EXPLAIN_H

#include "trace/trace.h"

/* Each prints a section with its heading, or nothing when it would be empty. */
void explain_packets(const struct trace *trace, FILE *out);
void explain_states(const struct trace *trace, FILE *out);
void explain_calls(const struct trace *trace, FILE *out);

enum { EXPLAIN_REASON = 512 }; /* bytes that a reason fits in */

/* Why step i gave what it gave, where that is remarkable: an error, end of file, data that is lost;
 * told of the first step of those for which it is the same. False: nothing to tell. */
bool explain_reason(const struct trace *trace, int i, char *text, size_t size);

#endif
