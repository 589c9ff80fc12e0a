/*
 * rules: what the machine's rules share (model.c).
 */
#ifndef CLOSEWAIT_RULES_H
#define CLOSEWAIT_RULES_H

#include "model/model.h"

/* The rules of the operations. */
typedef void machine_operation(
	struct machine *machine, const struct step *step, struct prediction *prediction);
#define OPERATION(id, name, rule, ...) machine_operation machine_##rule;
#define NAMESPACE_OPERATION OPERATION
#include "language/operations.def"

/* By enum operation_id. */
extern machine_operation *const machine_rules[OPERATION_COUNT];

/* The socket of a side's descriptor, and its index. */
struct peer *side(struct machine *m, enum who who);

/* Up to so many unread bytes every default buffer takes without blocking: more is not modelled. */
enum { CAPACITY = 16384 };

/* Gives an answer. */
void say(struct prediction *p, enum rule rule, enum result_kind kind, long value);
void fail(struct prediction *p, enum rule rule, int error);

/* Gives the answer "unknown"; the next two make every further one unknown, too. */
void not_modelled(struct prediction *p);
void lose(struct machine *m, struct prediction *p);

/* EBADF, and true, when the side has no descriptor. */
bool bad_descriptor(const struct machine *m, enum who who, struct prediction *p);

/* The call blocks, so nothing happens yet. With a timeout of the socket (SO_RCVTIMEO, SO_SNDTIMEO)
 * it fails with error then, unless it is 0. */
void block(struct machine *m, enum who who, int error, struct prediction *p);

/* May the step not wait: MSG_DONTWAIT, O_NONBLOCK? */
bool may_not_wait(struct machine *m, const struct step *step);

/* Ends the calls in the background that a change lets end. */
void wake_pending(struct machine *m);

/* The last reference to a socket is gone. */
void close_last(struct machine *m, int peer);

/* The state that the kernel shows of a side, or 0 where FIN_WAIT1 and FIN_WAIT2 are both possible.
 */
int shown_state(const struct machine *m, enum who who);

/* The SYN is answered: the connection is established, or refused. */
void answer_syn(struct machine *m, struct peer *client);

/* Everything that only takes its time comes about: delayed acknowledgements, data held back. */
void let_time_pass(struct machine *m);

/* Does a timer of who's end the connection, because nothing is answered? It does if it was made
 * short enough to wait for. */
bool timer_ends(struct machine *m, enum who who);

#endif
