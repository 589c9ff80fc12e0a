/*
 * diagnose_log_json: a log's connections as JSON.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LOG_JSON_H
#define CLOSEWAIT_DIAGNOSE_LOG_JSON_H

#include "language/guard.h"
#include "strace/strace_log.h"
#include "util/message.h"

/* Prints the connections, and what explains those that failed, as one JSON object. */
enum status diagnose_log_json(const struct strace_log *log, struct version kernel);

#endif
