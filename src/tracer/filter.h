/*
 * filter: the seccomp filter under which a program runs: it stops for the tracer at the calls of
 * calls.def, and everything else runs at full speed.
 */
#ifndef CLOSEWAIT_FILTER_H
#define CLOSEWAIT_FILTER_H

#include "calls/call.h"

/* What the filter says to the tracer (PTRACE_GETEVENTMSG). */
enum { FILTER_WATCHED, FILTER_FOREIGN /* a call of an ABI that is not read */ };

/* Installs it in the calling process. sleeps: stop at nanosleep(2) and clock_nanosleep(2), too.
 * Without CAP_SYS_ADMIN in its user namespace the process gives up new privileges for good
 * (PR_SET_NO_NEW_PRIVS). Returns 0 or a negative errno. */
int filter_install(bool sleeps);

/* The watched call with this number on this machine, or CALL_COUNT. */
enum call_id filter_call(unsigned long number);

#endif
