/*
 * strace_call: a finished line of strace's as calls on descriptors (calls/call.h): one of each
 * descriptor for those that look at many. Pure.
 */
#ifndef CLOSEWAIT_STRACE_CALL_H
#define CLOSEWAIT_STRACE_CALL_H

#include "calls/call.h"
#include "strace/strace_arguments.h"

/* Takes the answer of a call. False when it gave none that counts: it goes on, was interrupted and
 * is restarted, or strace does not tell ("?"). */
bool strace_call_result(const char *text, long *returned);

/* Is told of a call on call->fd. */
typedef void strace_visit(const struct call *call, void *context);

/* Tells visit of every descriptor that the call name is on. False when the name is none of
 * calls.def's, or its arguments are not understood. Of epoll_ctl(2) and of each event of
 * epoll_wait(2), argument[0] is the instance and argument[3] the data; of an event the descriptor
 * is -1. Of accept4(2), flags are SOCK_... */
bool strace_call_each(const char *name, struct span arguments, const char *result,
	strace_visit *visit, void *context);

/* The same of a call that never returned: what its arguments say that were printed where it began;
 * of one that receives, 1 byte. Not of epoll's, and not of those that look at several. */
bool strace_call_begun(const char *name, struct span arguments, strace_visit *visit, void *context);

#endif
