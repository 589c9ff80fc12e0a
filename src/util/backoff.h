/*
 * backoff: polling, with growing pauses, for changes that no file descriptor reports.
 */
#ifndef CLOSEWAIT_BACKOFF_H
#define CLOSEWAIT_BACKOFF_H

/* The next pause, in nanoseconds: 20 us when *backoff is 0, then twice the one before, 1 ms at
 * most.
 */
void backoff_grow(long *backoff);

/* Waits for one of events on fd (-1: for none), at most for the next pause. Returns the events. */
short backoff_wait(int fd, short events, long *backoff);

/* Runs the calling thread once on every processor that it may use. A softirq (of a packet or a
 * timer) that had begun on one of them is over afterwards, because no thread runs on a processor
 * while a softirq does. Does nothing on a machine with more processors than a cpu_set_t holds. */
void backoff_run_softirqs(void);

#endif
