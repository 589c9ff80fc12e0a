/*
 * diagnose_log: a log of strace's, read as a stream: its connections, and a diagnosis of those that
 * failed.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LOG_H
#define CLOSEWAIT_DIAGNOSE_LOG_H

#include "cmd/diagnose_calls.h"
#include "language/guard.h"
#include "strace/strace_log.h"
#include "util/lines.h"

/* Reads a log, called name; head is what was read of it already, and is taken apart. Prints its
 * connections, and what explains those that failed. */
enum status diagnose_log(struct lines *lines, const char *name, char *head, struct version kernel,
	const struct diagnose_options *asked);

/* The same of one that is complete. */
enum status diagnose_log_give(
	const struct strace_log *log, struct version kernel, const struct diagnose_options *asked);

#endif
