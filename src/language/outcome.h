/*
 * outcome: what was seen of a step, and of the kernel meanwhile. Data only: endpoint and observe
 * make these, a trace holds them. Times are CLOCK_REALTIME in nanoseconds, the clock of captured
 * packets.
 */
#ifndef CLOSEWAIT_OUTCOME_H
#define CLOSEWAIT_OUTCOME_H

#include "language/result.h"

#include <stdbool.h>
#include <stdint.h>

/* What a step gave, and when it began and ended. */
struct outcome {
	struct result result;
	int64_t begin, end;
};

/* What a tracepoint of the kernel's told. */
struct event {
	int64_t time;
	bool client;   /* of the client's socket: its port is the source port */
	char text[96]; /* "inet_sock_set_state ESTABLISHED -> CLOSE_WAIT" */
};

#endif
