/*
 * diagnose_log_packets: a log's connections beside their packets.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LOG_PACKETS_H
#define CLOSEWAIT_DIAGNOSE_LOG_PACKETS_H

#include "cmd/packets_beside.h"
#include "diagnose/witness.h"
#include "strace/strace_log.h"

/* What is known of a connection, to find it in a capture. */
struct match_request diagnose_log_request(const struct log_connection *connection);

/* Puts the connection's packets beside its calls, which seen has; NULL when beside has none. On
 * sheet, unless it is NULL, stands which they are. */
struct witness *diagnose_log_witness(struct packets_beside *beside,
	const struct log_connection *connection, const struct seen *seen, struct sheet *sheet,
	struct witness *witness);

#endif
