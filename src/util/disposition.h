/*
 * disposition: what the process does with a signal, as long as somebody holds it so: the first one
 * sets it, the last one puts back what was there.
 */
#ifndef CLOSEWAIT_DISPOSITION_H
#define CLOSEWAIT_DISPOSITION_H

#include <signal.h>
#include <sys/types.h>

/* Of one signal; begins as zeroes. */
struct disposition {
	pid_t process; /* whose holders: a child of fork(2) begins with none */
	int holders;
	struct sigaction before;
};

/* Has signal handled by handler, or by SIG_IGN, until as many calls of disposition_release. From
 * any thread. Returns 0 or a negative errno. */
int disposition_hold(struct disposition *disposition, int signal, void (*handler)(int));

/* Undoes one disposition_hold of this process. */
void disposition_release(struct disposition *disposition, int signal);

#endif
