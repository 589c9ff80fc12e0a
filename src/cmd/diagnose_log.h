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

enum { DIAGNOSED = 10 }; /* connections that are diagnosed; the others are listed */

/* Reads a log, called name; head is what was read of it already, and is taken apart. Prints its
 * connections, and what explains those that failed. */
enum status diagnose_log(struct lines *lines, const char *name, char *head, struct version kernel,
	const struct diagnose_options *asked);

/* (diagnose_log_seen.c) The calls of a connection, to diagnose. False after a message. */
bool diagnose_log_seen(
	const struct log_connection *connection, struct version kernel, struct seen *seen);

/* (diagnose_log_json.c) The connections as one JSON object. */
enum status diagnose_log_json(const struct strace_log *log, struct version kernel);

#endif
