/*
 * seen_log: the calls of a connection of a strace log, to diagnose. Pure.
 */
#ifndef CLOSEWAIT_SEEN_LOG_H
#define CLOSEWAIT_SEEN_LOG_H

#include "diagnose/seen.h"
#include "strace/strace_log.h"

/* Takes the calls of a connection that are kept. False without memory. */
bool seen_take_log(
	struct seen *seen, const struct log_connection *connection, struct version kernel);

#endif
