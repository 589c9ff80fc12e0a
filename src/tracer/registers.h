/*
 * registers: the two of a tracee's registers that are ever changed, on each machine.
 */
#ifndef CLOSEWAIT_REGISTERS_H
#define CLOSEWAIT_REGISTERS_H

#include <sys/types.h>

/* At a call's entry: the call is not made. */
void registers_skip_call(pid_t pid);

/* At its exit: it returns value. */
void registers_set_result(pid_t pid, long value);

#endif
