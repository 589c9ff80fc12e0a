/*
 * answer: what a rule answers with, and what every rule asks of a side. Changes nothing of the
 * connection.
 */
#ifndef CLOSEWAIT_ANSWER_H
#define CLOSEWAIT_ANSWER_H

#include "model/state.h"

/* The socket of a side's descriptor. */
struct peer *peer_of(struct model *m, enum who who);

/* Gives an answer. */
void answer_value(struct prediction *p, enum rule rule, enum result_kind kind, long value);
void answer_errno(struct prediction *p, enum rule rule, int error);

/* Gives the answer "any number from least to most". */
void answer_range(struct prediction *p, enum rule rule, long least, long most);

/* Gives the answer "unknown"; the second makes every further one unknown, too. */
void answer_unknown(struct prediction *p);
void answer_lost(struct model *m, struct prediction *p);

/* The value of a socket option that is an int. */
long peer_option(const struct peer *peer, enum option_id id);

/* Was SO_RCVTIMEO or SO_SNDTIMEO, which id is, set to anything but 0? */
bool peer_has_timeout(const struct peer *peer, enum option_id id);

/* How long a call waits, in milliseconds, that was answered by this rule: until SO_RCVTIMEO or
 * SO_SNDTIMEO ends it, or LONG_MAX. */
long answer_patience(struct model *m, const struct step *step, enum rule rule);

/* Has the side no descriptor? Then true, and the answer is EBADF. */
bool answer_bad_descriptor(const struct model *m, enum who who, struct prediction *p);

/* The call blocks, so nothing happens yet. With a timeout of the socket (SO_RCVTIMEO, SO_SNDTIMEO)
 * it fails with error then, unless it is 0. */
void answer_blocks(struct model *m, enum who who, int error, struct prediction *p);

/* Is the step an accept by an end of the server that has done nothing else? It is the listening
 * socket's then. */
bool step_accepts_for_listener(const struct model *m, const struct step *step);

/* A call that is under way in the background on socket peer, or NULL. */
const struct pending *peer_pending(const struct model *m, int peer);

/* May the step not wait: MSG_DONTWAIT, O_NONBLOCK? io_uring waits whatever O_NONBLOCK says, by
 * polling the socket (io_arm_poll_handler()). */
bool step_may_not_wait(struct model *m, const struct step *step);

/* Has the step's buffer more parts than the kernel takes (IOV_MAX)? Then true, and the answer is
 * error. */
bool answer_many_parts(const struct step *step, int error, struct prediction *p);

/* The state that the kernel shows of a side, or 0 where FIN_WAIT1 and FIN_WAIT2 are both possible.
 */
int peer_shown_state(const struct model *m, enum who who);

/* tcp_poll(), inet_csk_listen_poll(), unix_poll(): the events of a socket. */
long peer_events(const struct model *m, int peer);

#endif
