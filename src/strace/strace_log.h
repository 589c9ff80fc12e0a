/*
 * strace_log: the connections of a strace log, followed line by line: over fork, dup and close, in
 * memory that does not grow with the log. Pure.
 *
 * Of each connection the last calls are kept (log_connection.h). One that is closed without an
 * error is dropped, and counted.
 */
#ifndef CLOSEWAIT_STRACE_LOG_H
#define CLOSEWAIT_STRACE_LOG_H

#include "strace/follow.h"

struct strace_log;

/* NULL without memory. */
struct strace_log *strace_log_new(void);
void strace_log_free(struct strace_log *log);

/* Takes a line, without its newline. False without memory. */
bool strace_log_feed(struct strace_log *log, const char *line);

/* Takes a call of a thread that was seen otherwise than as a line, and stands for one: of accept(2)
 * none, whose line says more. Of epoll's calls, argument[0] and [3] are as strace_call_each has
 * them. False without memory. */
bool strace_log_call(struct strace_log *log, long pid, const struct call *call);

/* There are no more lines. */
void strace_log_end(struct strace_log *log);

const struct log_totals *strace_log_totals(const struct strace_log *log);

/* The connections that are kept, those with an error first, each in the order of their lines; NULL
 * behind the last. */
const struct log_connection *strace_log_connection(const struct strace_log *log, int i);

#endif
