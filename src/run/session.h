/*
 * session: what stays from experiment to experiment: the sandbox, the listener, the client's
 * endpoint and the observers.
 */
#ifndef CLOSEWAIT_SESSION_H
#define CLOSEWAIT_SESSION_H

#include "endpoint/ends.h"
#include "observe/capture.h"
#include "observe/sandbox.h"
#include "run/listener.h"
#include "trace/trace.h"

enum {
	DEADLINE_DEFAULT = 5000, /* milliseconds */
	DEADLINE_LIMIT = 3600000,
	ANSWER_GRACE = 2000, /* milliseconds after the deadline in which the listener must answer */
};

struct session_options {
	int deadline;          /* milliseconds, of a run; anew after a timeout that was expected */
	bool sandbox;          /* in a private network namespace, if that is allowed */
	enum wire_detail wire; /* the rest works in a sandbox only */
	FILE *pcap; /* where captured packets go, too; NULL: nowhere. Closed by the session */
	bool events, states, counters;
	const char *stack; /* the name of a stack that is not Linux: what it does not show is left
			      out, and what is Linux's own is not observed. NULL: Linux */
};

struct session {
	struct session_options options;
	struct ends clients;
	struct listener listener;
	struct endpoint
		dead_server; /* the server's end once its process ended: only addresses are left */
	struct endpoint ghost[ENDS]; /* and, in an experiment that has more, of the others */
	bool process_ended;
	int connects; /* of the client in this run */
	struct sandbox sandbox;
	int64_t settling; /* nanoseconds: the longest that the network took after a step of this run
			   */
	struct capture *capture;    /* NULL: packets are not observed */
	struct tracepoints *events; /* NULL: the kernel's events are not observed */
	struct version kernel;
	char *context;    /* of traces */
	char notes[1024]; /* a line for each part that was asked for and cannot be observed, with
			     the reason */
};

/* Opens a session in the calling thread, which moves into a sandbox for good if options
 * ask for it. What is not allowed here is noted, not an error. On failure a negative errno, and
 * message says what was attempted. SIGPIPE is ignored until the process's last session_close.
 *
 * A thread may have several sessions, used in turn and closed in any order, and a process several
 * threads with sessions; but only one of them at a time may open, run or close one: sigpipe steps
 * change the process's disposition, and a fork copies its descriptors. A session in a sandbox is
 * the only one of its thread, since it moves the thread and counts what all do there: -EBUSY when
 * the thread has another one. A session is its thread's, and nothing to a child of fork(2). */
int session_open(
	struct session *session, const struct session_options *options, char *message, size_t size);

/* Returns 0, or the negative errno with which the capture file could not be written. */
int session_close(struct session *session);

/* After the steps: what the observers saw, into the trace. */
void session_observe(struct session *session, struct trace *trace);

#endif
