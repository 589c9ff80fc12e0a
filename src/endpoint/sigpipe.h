/*
 * sigpipe: what the process does with SIGPIPE, and which step raised it.
 */
#ifndef CLOSEWAIT_SIGPIPE_H
#define CLOSEWAIT_SIGPIPE_H

#include "language/symbols.h"

/* What the process does with SIGPIPE from here on. The default would kill it, so the calling thread
 * blocks the signal then. */
void sigpipe_set(enum sigpipe_mode mode);

/* Did the calling thread's last call raise SIGPIPE? send(2)'s is sent to the calling thread before
 * it returns. Returns SIGPIPE, which is forgotten then, or 0. */
int sigpipe_take(void);

#endif
