/*
 * waits: calls of epoll_wait(2) that other threads were in when a socket was added to the instance.
 */
#ifndef CLOSEWAIT_WAITS_H
#define CLOSEWAIT_WAITS_H

#include "trial/state.h"

/* Is the call one whose end is to be told whatever it is about now? */
bool waits_may_adopt(const struct call *call);

/* The task's call, on a socket that is followed, is over. If it was EPOLL_CTL_ADD, calls of
 * epoll_wait(2) on the instance are from here on about the socket, too, and are recorded as if they
 * had begun now: what was ready before is reported to them (ep_insert(): ep_poll_callback()'s wake
 * of ep->wq). */
void waits_adopt(struct trial *trial, const struct task *added);

#endif
