/*
 * hold: when a program that stands at the entry of a call may go on.
 */
#ifndef CLOSEWAIT_HOLD_H
#define CLOSEWAIT_HOLD_H

#include "trial/state.h"

/* Lets the task that was held first go on, if the script rests and the kernel has settled: what
 * either end sent was acknowledged or answered, so that the states stay as they are until somebody
 * acts. What was waited for is recorded, as await steps. Returns whether it did. */
bool hold_release(struct trial *trial);

/* Does a task run in a call on a connection, and not sleep? What it does there comes first. Of
 * those that do sleep the sections are told by the same look: a task that falls asleep behind it is
 * asked again, and one that a timer of the kernel's wakes was told of. */
bool hold_busy(struct trial *trial);

/* Is a task about to end? What that closes comes before what follows from it. */
bool hold_ending(const struct trial *trial);

/* Is a call under way that may wait for an event, and of which it is not told yet that it sleeps? A
 * timer of the kernel's may wake it before anything else happens. */
bool hold_may_sleep(const struct trial *trial);

/* Is there a task that is held? */
bool hold_any(const struct trial *trial);

#endif
