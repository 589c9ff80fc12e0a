/*
 * unix_data: AF_UNIX's calls that send, and that receive: the rules of unix.h's table.
 */
#ifndef CLOSEWAIT_UNIX_DATA_H
#define CLOSEWAIT_UNIX_DATA_H

#include "model/state.h"

model_operation unix_send, unix_receive, unix_fill;

/* Whoever waits looks again: sk_state_change(), sk_data_ready(), sk_write_space(). */
void unix_wake(struct model *model);

#endif
