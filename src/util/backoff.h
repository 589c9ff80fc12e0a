/*
 * backoff: polling, with growing pauses, for changes that no file descriptor reports.
 */
#ifndef CLOSEWAIT_BACKOFF_H
#define CLOSEWAIT_BACKOFF_H

/* Waits for one of events on fd (-1: for none), at most for a pause that doubles with each call: 20
 * us at first, when *backoff is 0. Returns the events. */
short backoff_wait(int fd, short events, long *backoff);

/* Runs the calling thread once on every processor that it may use. A softirq (of a packet or a
 * timer) that had begun on one of them is over afterwards, because no thread runs on a processor
 * while a softirq does. Does nothing on a machine with more processors than a cpu_set_t holds. */
void backoff_run_softirqs(void);

#endif
