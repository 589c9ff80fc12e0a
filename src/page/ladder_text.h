/*
 * ladder_text: the words of a ladder diagram. Pure.
 */
#ifndef CLOSEWAIT_LADDER_TEXT_H
#define CLOSEWAIT_LADDER_TEXT_H

#include "trace/trace.h"

#include <stddef.h>

enum { LADDER_TEXT_LIMIT = LINE_LIMIT + RESULT_TEXT + 8 };

/* "write 6 &", of a step of the namespace "count TcpOutRsts": the step without its end. */
void ladder_step_text(const struct trace *trace, int i, char *text, size_t size);

/* "= -1 EPIPE"; empty where there is no result. */
void ladder_result_text(const struct result *result, char *text, size_t size);

/* "0.35", "12.4", "203": milliseconds of so many nanoseconds. */
void ladder_time_text(int64_t nanoseconds, char *text, size_t size);

/* How many bytes of text fit in a line of limit characters, broken behind a blank or behind the
 * '|' of a mask, where there is one; all of them where the text is no longer. */
int ladder_break(const char *text, int limit);

#endif
