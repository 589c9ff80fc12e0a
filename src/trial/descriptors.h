/*
 * descriptors: which processes of a program have the sockets that are followed, looked up wherever
 * that may have changed.
 */
#ifndef CLOSEWAIT_DESCRIPTORS_H
#define CLOSEWAIT_DESCRIPTORS_H

#include "trial/state.h"

/* May the call change which descriptors a process has? */
bool descriptors_change(const struct call *call);

/* Such a call of the task is over, and its step, if it is one, recorded. */
void descriptors_after_call(struct trial *trial, const struct task *task);

/* Looks how many descriptors of each socket the process has now; why, a clause, is what may have
 * changed it. */
void descriptors_count(struct trial *trial, pid_t process, const char *why);

#endif
