/*
 * diagnose_log_seen: the calls of a log's connection as an experiment.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LOG_SEEN_H
#define CLOSEWAIT_DIAGNOSE_LOG_SEEN_H

#include "diagnose/seen.h"
#include "strace/strace_log.h"

enum { DIAGNOSED = 10 }; /* connections that are diagnosed; the others are listed */

/* The calls of a connection, to diagnose. False after a message. */
bool diagnose_log_seen(
	const struct log_connection *connection, struct version kernel, struct seen *seen);

#endif
