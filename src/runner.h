/*
 * runner: plays an experiment: the client here, the server in the listener's process, one step
 * after another, under one deadline.
 *
 * A session is what stays from experiment to experiment: the listener, and the client's endpoint.
 */
#ifndef CLOSEWAIT_RUNNER_H
#define CLOSEWAIT_RUNNER_H

#include "endpoint.h"
#include "listener.h"
#include "trace.h"

enum {
	DEADLINE_DEFAULT = 5000, /* milliseconds */
	DEADLINE_LIMIT = 3600000,
	ANSWER_GRACE = 2000, /* milliseconds after the deadline in which the listener must answer */
};

struct session {
	struct endpoint client;
	struct listener listener;
	int deadline; /* milliseconds, of a run; anew after a timeout that was expected */
	struct version kernel;
	char *context; /* of traces */
};

/* Opens a session in the calling thread. On failure a negative errno, and message says what was
 * attempted. Sets SIGPIPE to be ignored until session_close. */
int session_open(struct session *session, int deadline, char *message, size_t size);

void session_close(struct session *session);

/* Runs trace's experiment once on trace's family and judges it. A step that cannot finish is
 * recorded as a timeout; unless that was expected, the rest is not run. A listener that died or
 * hangs makes the trace an error, and the next run starts another one. */
void session_run(struct session *session, struct trace *trace);

#endif
