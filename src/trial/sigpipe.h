/*
 * sigpipe: what a program does with SIGPIPE, told in the records before it matters.
 */
#ifndef CLOSEWAIT_SIGPIPE_H
#define CLOSEWAIT_SIGPIPE_H

#include "trial/state.h"

/* Before a call of the task that may raise it: tells what the program does with it, if the records
 * tell otherwise. Returns whether there is a record of it now. */
bool sigpipe_tell(struct section *section, const struct task *task);

/* It is about to be delivered to the task, in a call that is recorded. A call that began while the
 * connection was in order was not expected to raise it: what the program does with it is put before
 * it then. */
void sigpipe_came(struct trial *trial, const struct task *task);

#endif
