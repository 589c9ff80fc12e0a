/*
 * deadline: ends a blocking call of this thread when its time is up.
 *
 * A timer signals the thread at the deadline and again every few milliseconds until the call is
 * over, so that a call entered just after the first signal is interrupted too (EINTR).
 */
#ifndef CLOSEWAIT_DEADLINE_H
#define CLOSEWAIT_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Prepares this thread, which may be prepared already; the signal is unblocked in it. A child of
 * fork(2) begins without. Returns 0 or a negative errno. */
int deadline_setup(void);

/* Undoes one deadline_setup of this thread: the last one ends its deadlines. Other threads keep
 * theirs. */
void deadline_teardown(void);

/* Before calls that may block: sets their deadline, in CLOCK_MONOTONIC nanoseconds. Setting the
 * same one again costs nothing. INT64_MAX: none. */
void deadline_begin(int64_t deadline);

/* The deadline that was last set. */
int64_t deadline_current(void);

/* After them. */
void deadline_end(void);

/* After the last of such calls: nothing else that the thread waits for is interrupted until the
 * next deadline_begin. */
void deadline_rest(void);

/* Has the deadline that was last set passed? */
bool deadline_passed(void);

/* From here on no deadline is ahead: the call that is under way in the calling thread ends now, as
 * every later one of this process does. For a signal handler. */
void deadline_cut_short(void);

/* Ends a call of another thread, which has been prepared and not been joined, as its deadline
 * would. A call entered just afterwards is not ended: to be repeated until it is over. */
void deadline_expire(pthread_t thread);

#endif
