/*
 * runner: plays an experiment: the client here, the server in the listener's process, one step
 * after another, under one deadline.
 */
#ifndef CLOSEWAIT_RUNNER_H
#define CLOSEWAIT_RUNNER_H

#include "run/session.h"

/* Runs trace's experiment once on trace's family and judges it. A step that cannot finish is
 * recorded as a timeout; unless that was expected, the rest is not run. A listener that died or
 * hangs makes the trace an error, and the next run starts another one. */
void session_run(struct session *session, struct trace *trace);

#endif
