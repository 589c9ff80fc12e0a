/*
 * interrupt: SIGINT, SIGTERM and SIGHUP end what runs early and in good order: every deadline is
 * over, nothing else is begun, what is there is told.
 */
#ifndef CLOSEWAIT_INTERRUPT_H
#define CLOSEWAIT_INTERRUPT_H

#include <signal.h>

/* From here on they do; those that are ignored stay so. A second one has its usual action. */
void interrupt_catch(void);

/* In a child of the process that called interrupt_catch, which is told by that one alone: by
 * SIGTERM, as often as it comes. */
void interrupt_obey(void);

/* In a child that just ends with SIGTERM or SIGHUP. A terminal's ^C is its parent's to handle. */
void interrupt_leave(void);

/* Holds the three back but in ppoll(2) with the mask that is given, so that none is missed between
 * a look at interrupted() and the wait. */
void interrupt_hold(sigset_t *mask);

/* Ends interrupt_hold. */
void interrupt_release(const sigset_t *mask);

/* The signal that came, or 0. */
int interrupted(void);

#endif
