/*
 * deadline: ends a blocking call of this thread when its time is up.
 *
 * A timer signals the thread at the deadline and again every few milliseconds until the call is
 * over, so that a call entered just after the first signal is interrupted too (EINTR).
 */
#ifndef CLOSEWAIT_DEADLINE_H
#define CLOSEWAIT_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Prepares this thread. Returns 0 or a negative errno. */
int deadline_setup(void);
void deadline_teardown(void);

/* Before calls that may block: sets their deadline, in CLOCK_MONOTONIC nanoseconds. Setting the
 * same one again costs nothing. INT64_MAX: none. */
void deadline_begin(int64_t deadline);

/* After them. */
void deadline_end(void);

/* Has the deadline that was last set passed? */
bool deadline_passed(void);

#endif
