/*
 * urgent_call: the calls that send and receive with MSG_OOB.
 */
#ifndef CLOSEWAIT_URGENT_CALL_H
#define CLOSEWAIT_URGENT_CALL_H

#include "model/state.h"

/* Is it known what becomes of step's bytes, which are sent with MSG_OOB, at the other end? */
bool urgent_can_be_sent(const struct model *m, const struct step *step, long length);

/* Such bytes stand in peer's receive queue now: the last one is urgent, tcp_check_urg(), tcp_urg().
 * One before it that is next, and would be passed over, is dropped. */
void urgent_arrive(struct model *m, int peer);

/* A call that receives with MSG_OOB. tcp_recv_urg() */
void urgent_receive(struct peer *peer, const struct step *step, struct prediction *p);

#endif
