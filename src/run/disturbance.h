/*
 * disturbance: is a deviation an answer of the kernel's? Where something else can have made it, the
 * trace becomes an error that names it.
 */
#ifndef CLOSEWAIT_DISTURBANCE_H
#define CLOSEWAIT_DISTURBANCE_H

#include "run/session.h"

/* Right after a step that timed out: did the kernel get a processor for what was waited for? */
void disturbance_timeout(struct trace *trace, int step);

/* After trace_judge: did the listener live, and serve nobody else? Did the steps follow each other
 * closely enough for data to be held back between them? */
void disturbance_deviation(struct session *session, struct trace *trace);

#endif
