/*
 * unix: AF_UNIX's SOCK_STREAM: both ends are in one kernel, so that whatever a call does to the
 * other end has been done when it returns. What is not modelled is answered with unknown: epoll's
 * edges, io_uring, urgent data, timeouts, further ends, how much the buffers take.
 */
#ifndef CLOSEWAIT_UNIX_H
#define CLOSEWAIT_UNIX_H

#include "model/state.h"

/* The rule of an operation. */
model_operation *unix_rule(enum operation_id id);

#endif
