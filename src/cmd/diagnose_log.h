/*
 * diagnose_log: a log of strace's, read as a stream: its connections, and a diagnosis of those that
 * failed.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LOG_H
#define CLOSEWAIT_DIAGNOSE_LOG_H

#include "cmd/diagnose_calls.h"
#include "language/guard.h"

#include <stdbool.h>
#include <stdio.h>

/* Reads a log from in, called name; first is its first line, which was read already. Prints its
 * connections, and what explains those that failed. */
enum status diagnose_log(FILE *in, const char *name, const char *first, struct version kernel,
	const struct diagnose_options *asked);

#endif
