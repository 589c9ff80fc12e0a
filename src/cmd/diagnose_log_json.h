/*
 * diagnose_log_json: a log's connections as JSON.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LOG_JSON_H
#define CLOSEWAIT_DIAGNOSE_LOG_JSON_H

#include "cmd/packets_beside.h"
#include "language/guard.h"
#include "strace/strace_log.h"
#include "util/message.h"

/* Prints the connections, and what explains those that failed beside
 * their packets, as one JSON object. */
enum status diagnose_log_json(
	const struct strace_log *log, struct packets_beside *beside, struct version kernel);

#endif
