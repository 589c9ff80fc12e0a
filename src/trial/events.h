/*
 * events: what the tracer tells, into the sections of a trial.
 */
#ifndef CLOSEWAIT_EVENTS_H
#define CLOSEWAIT_EVENTS_H

#include "trial/state.h"

/* Takes an event. A task that stands afterwards is to be let go by hold_release. */
void events_take(struct trial *trial, const struct tracer_event *event);

/* Begins the call at whose entry the task stands: records it, and lets the task go on. */
void events_let_go(struct trial *trial, struct task *task);

/* The deadline has passed: the calls under way are recorded as such that do not return. */
void events_time_out(struct trial *trial);

#endif
