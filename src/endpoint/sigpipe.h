/*
 * sigpipe: what the process does with SIGPIPE, and which step raised it.
 */
#ifndef CLOSEWAIT_SIGPIPE_H
#define CLOSEWAIT_SIGPIPE_H

/* From here on the process ignores SIGPIPE, has it by default, or handles it: mode is a value of
 * sigpipe_modes. By default it would kill: the calling thread blocks it then. */
void sigpipe_set(long mode);

/* Did the calling thread's last call raise SIGPIPE? send(2)'s is sent to the calling thread before
 * it returns. Returns SIGPIPE, which is forgotten then, or 0. */
int sigpipe_take(void);

#endif
