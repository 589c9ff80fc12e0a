/*
 * diagnose_live: a program that is run and watched, as a log of its calls, and a diagnosis of its
 * connections that failed.
 */
#ifndef CLOSEWAIT_DIAGNOSE_LIVE_H
#define CLOSEWAIT_DIAGNOSE_LIVE_H

#include "cmd/diagnose_calls.h"
#include "language/guard.h"

/* Runs argv under the tracer until it and its children have ended, or until a signal (interrupt.h),
 * and says of its connections what diagnose_log says of those of a log. STATUS_MISUSE when it
 * cannot be executed. */
enum status diagnose_live(
	char *const *argv, struct version kernel, const struct diagnose_options *asked);

#endif
