/*
 * interrupt: SIGINT, SIGTERM and SIGHUP end a run early and in good order: every deadline passes
 * at once, nothing else is begun, and the results so far are reported.
 */
#ifndef CLOSEWAIT_INTERRUPT_H
#define CLOSEWAIT_INTERRUPT_H

#include <signal.h>

/* Installs the handlers; a signal that is ignored stays ignored. A second signal has its default
 * action, unless it is of the same kind and comes within half a second. */
void interrupt_catch(void);

/* In a child of the process that called interrupt_catch, which is told by that one alone: by
 * SIGTERM, as often as it comes. */
void interrupt_obey(void);

/* In a child that just ends with SIGTERM or SIGHUP. A terminal's ^C is its parent's to handle. */
void interrupt_leave(void);

/* Blocks the three signals except in a ppoll(2) with the mask that is given, so that none is missed
 * between a look at interrupted() and the wait. */
void interrupt_hold(sigset_t *mask);

/* Ends interrupt_hold. */
void interrupt_release(const sigset_t *mask);

/* The signal that came, or 0. */
int interrupted(void);

#endif
