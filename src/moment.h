/*
 * moment: the pause between two looks at a condition that announces itself to nobody.
 */
#ifndef CLOSEWAIT_MOMENT_H
#define CLOSEWAIT_MOMENT_H

/* Waits for one of events of fd (-1: for none), or a moment: 20 us at the first call, when *moment
 * is 0, and longer at each further one. Returns the events. */
short wait_moment(int fd, short events, long *moment);

#endif
