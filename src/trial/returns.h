/*
 * returns: what the return of a call of the program's means: a result, a socket to follow, a
 * connection.
 */
#ifndef CLOSEWAIT_RETURNS_H
#define CLOSEWAIT_RETURNS_H

#include "trial/state.h"

/* Takes what the call gave at whose exit the task stands, and lets the task go on. */
void returns_take(struct trial *trial, struct task *task);

#endif
