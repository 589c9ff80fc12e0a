/*
 * execute: a step's call, under its deadline, in the calling thread.
 */
#ifndef CLOSEWAIT_EXECUTE_H
#define CLOSEWAIT_EXECUTE_H

#include "endpoint/state.h"
#include "language/outcome.h"

#include <stdint.h>

/* Sets the deadline, in CLOCK_MONOTONIC nanoseconds, and begins outcome, with no result. */
void execute_begin(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);

/* The step's call: outcome's result is what it returned. Not of a join. */
void execute_call(struct endpoint *endpoint, const struct step *step, struct outcome *outcome);

/* Ends what execute_begin began: a step that took until the deadline has timed out, whatever its
 * result was; and a SIGPIPE that it raised is the result's. */
void execute_end(struct endpoint *endpoint, struct outcome *outcome);

/* These three. */
void execute_step(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome);

#endif
