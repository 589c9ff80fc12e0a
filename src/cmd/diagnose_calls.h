/*
 * diagnose_calls: a diagnosis of the calls of one end, printed.
 */
#ifndef CLOSEWAIT_DIAGNOSE_CALLS_H
#define CLOSEWAIT_DIAGNOSE_CALLS_H

#include "diagnose/seen.h"
#include "util/message.h"

#include <stdbool.h>

struct diagnose_options {
	bool reproduce, json;
};

/* Prints which causes explain the calls in seen, which it frees. Returns STATUS_EXPECTED,
 * STATUS_DEVIATES when nothing does, STATUS_MISUSE when there is nothing that could be explained,
 * or STATUS_ENVIRONMENT without memory. */
enum status diagnose_calls(struct seen *seen, const struct diagnose_options *asked);

#endif
