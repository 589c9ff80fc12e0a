/*
 * backoff: waiting for what announces itself to nobody.
 */
#ifndef CLOSEWAIT_BACKOFF_H
#define CLOSEWAIT_BACKOFF_H

/* Waits for one of events of fd (-1: for none), or a moment: 20 us at the first call, when *moment
 * is 0, and longer at each further one. Returns the events. */
short backoff_wait(int fd, short events, long *backoff);

/* Runs once on every processor that the thread may use. A softirq, a packet's or a timer's, that
 * was seen to have begun there is over then: a thread does not run where one is under way. On a
 * machine with more processors than a cpu_set_t has nothing happens. */
void backoff_run_softirqs(void);

#endif
