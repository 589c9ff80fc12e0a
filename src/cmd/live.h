/*
 * live: the calls of a program under the tracer, as the events of a strace log (strace_log.h): what
 * opens, connects, forks and ends as the line that strace would print, what is called on a
 * connection as the call that the tracer decoded.
 */
#ifndef CLOSEWAIT_LIVE_H
#define CLOSEWAIT_LIVE_H

#include "strace/strace_log.h"
#include "tracer/tracer.h"

enum { LIVE_SOCKETS = 256 }; /* that are followed at once: of more, the newest */

struct live {
	struct tracer tracer;
	struct strace_log *log;
	long opened;                       /* stream sockets; the newest are followed */
	unsigned long inode[LIVE_SOCKETS]; /* socket i stands at i % LIVE_SOCKETS */
	int status;                        /* as of waitpid(2), of the process that was started */
	bool ended;                        /* it has, so status is set */
	bool foreign;                      /* a call was of an ABI that is not read */
	bool exhausted;                    /* there was no memory for what was told */
};

/* Takes what the tracer told, and lets the task go on. */
void live_take(struct live *live, const struct tracer_event *event);

#endif
