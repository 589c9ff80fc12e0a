/*
 * disturbance: was a deviation caused by the kernel under test, or by its environment? Where the
 * environment may have caused it, the trace becomes an error that says how.
 */
#ifndef CLOSEWAIT_DISTURBANCE_H
#define CLOSEWAIT_DISTURBANCE_H

#include "run/session.h"

/* Right after step: is its result no answer to the experiment, but a lack of descriptors, memory or
 * permission, or, outside the sandbox, of ports? Then the trace is an error, and false. */
bool disturbance_result(const struct session *session, struct trace *trace, int step);

/* Right after a step that timed out, late nanoseconds after the deadline: did this process run when
 * the deadline passed, and were the kernel threads that the step waited for given processor time?
 */
void disturbance_timeout(struct trace *trace, int step, int64_t late);

/* After trace_judge: did the listener live and serve no other client? Did the steps follow each
 * other fast enough that data was still held back between them? */
void disturbance_deviation(struct session *session, struct trace *trace);

#endif
