/*
 * netns: a network namespace of the thread's own, made and made ready by a process that is forked
 * for it. The thread enters it when it is ready, and otherwise has left nothing.
 */
#ifndef CLOSEWAIT_NETNS_H
#define CLOSEWAIT_NETNS_H

/* Makes the calling process's new network namespace ready. Returns 0, or a negative errno and what
 * was attempted. Called between fork(2) and _exit(2): it may allocate nothing. */
typedef int netns_prepare(const char **what);

/* Moves the calling thread into a new network namespace, for good; without CAP_SYS_ADMIN into a new
 * user namespace around it, too, which only a process of one thread can enter. Returns 0, or a
 * negative errno with *what: of socketpair(2), fork(2), unshare(2), of prepare, of open(2)
 * of the namespaces in /proc, of setns(2), or -EPIPE when the process that makes it died. */
int netns_enter(netns_prepare *prepare, const char **what);

#endif
