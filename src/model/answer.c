#include "model/answer.h"

#include "model/queue.h"
#include "model/urgent.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

struct peer *peer_of(struct model *m, enum who who)
{
	return &m->peer[m->at[who]];
}

long peer_option(const struct peer *peer, enum option_id id)
{
	return peer->option[id].first;
}

bool peer_has_timeout(const struct peer *peer, enum option_id id)
{
	return peer->option[id].first || peer->option[id].second;
}

long answer_patience(struct model *m, const struct step *step, enum rule rule)
{
	enum option_id id = step->operation->flags & SENDS ? OPT_SO_SNDTIMEO : OPT_SO_RCVTIMEO;

	if (rule != RULE_TIMES_OUT)
		return LONG_MAX;
	return 1000 * peer_of(m, step->who)->option[id].first +
	       peer_of(m, step->who)->option[id].second / 1000;
}

void answer_value(struct prediction *p, enum rule rule, enum result_kind kind, long value)
{
	*p = (struct prediction){.result = {.kind = kind, .value = value}, .rule = rule};
}

void answer_errno(struct prediction *p, enum rule rule, int error)
{
	answer_value(p, rule, RESULT_ERROR, error);
}

void answer_range(struct prediction *p, enum rule rule, long least, long most)
{
	if (least == most) {
		answer_value(p, rule, RESULT_NUMBER, least);
		return;
	}
	answer_value(p, rule, RESULT_RELATION, least);
	p->result.relation = WITHIN;
	p->result.second = most;
}

void answer_unknown(struct prediction *p)
{
	answer_value(p, RULE_NONE, RESULT_UNKNOWN, 0);
}

void answer_lost(struct model *m, struct prediction *p)
{
	m->lost = true;
	answer_unknown(p);
}

bool answer_bad_descriptor(const struct model *m, enum who who, struct prediction *p)
{
	bool bad = !m->descriptors[who] && !m->pending[who].retried; /* that holds the file */

	if (bad)
		answer_errno(p, RULE_BAD_DESCRIPTOR, EBADF);
	return bad;
}

void answer_blocks(struct model *m, enum who who, int error, struct prediction *p)
{
	if (error)
		answer_errno(p, RULE_TIMES_OUT, error);
	else
		answer_value(p, RULE_BLOCKS, RESULT_TIMEOUT, peer_shown_state(m, who));
}

bool step_accepts_for_listener(const struct model *m, const struct step *step)
{
	const struct pending *pending = &m->pending[step->who];

	if (pending->retried) /* it was fresh when it began to wait */
		return pending->on == THE_LISTENER;
	return step->operation->id == OP_ACCEPT && m->fresh & 1u << step->who;
}

const struct pending *peer_pending(const struct model *m, int peer)
{
	for (int who = 0; who < ENDS; who++)
		if (m->pending[who].on == peer && m->pending[who].there &&
			!m->pending[who].finished)
			return &m->pending[who];
	return NULL;
}

bool step_may_not_wait(struct model *m, const struct step *step)
{
	bool nonblocking = peer_of(m, step->who)->nonblocking && !step_is_of_uring(step);

	return !m->pending[step->who].retried && (step_flags(step) & MSG_DONTWAIT || nonblocking);
}

bool answer_many_parts(const struct step *step, int error, struct prediction *p)
{
	bool many = step_value(step, ARGUMENT_PARTS, PARTS_USUAL) == PARTS_LIMIT;

	if (many)
		answer_errno(p, RULE_MANY_PARTS, error);
	return many;
}

int peer_shown_state(const struct model *m, enum who who)
{
	const struct peer *p = &m->peer[m->at[who]];

	if (p->time_wait && !m->descriptors[who])
		return TCP_TIME_WAIT; /* a descriptor shows CLOSE, the table the time-wait entry */
	if (m->at[who] == THE_LISTENER && !m->descriptors[who] && !m->many &&
		m->peer[IN_QUEUE].time_wait)
		return TCP_TIME_WAIT; /* of the connection that closed before it was accepted */
	if (p->state == TCP_LISTEN && !m->descriptors[who])
		return TCP_CLOSE; /* without a descriptor the connection is looked for, and there is
				     none */
	return p->fin_ack_pending ? 0 : p->state;
}

/* inet_csk_listen_poll() */
static long listen_events(const struct model *m, int peer)
{
	return queue_first(m, peer) != NOBODY ? POLLIN : 0;
}

/* unix_poll() */
static long local_events(const struct peer *p)
{
	long events = 0;

	if ((p->shut_receive && p->shut_send) || p->state == TCP_CLOSE)
		events |= POLLHUP;
	if (p->shut_receive)
		events |= POLLIN | POLLRDHUP;
	if (p->unread)
		events |= POLLIN;
	if (!p->send_buffer_full) /* unix_writable() looks at no shutdown bit */
		events |= POLLOUT;
	if (p->error)
		events |= POLLERR;
	return events;
}

long peer_events(const struct model *m, int peer)
{
	const struct peer *p = &m->peer[peer];
	long events = 0;

	if (p->state == TCP_LISTEN)
		return listen_events(m, peer);
	if (m->family == FAMILY_UNIX)
		return local_events(p);
	if ((p->shut_receive && p->shut_send) || p->state == TCP_CLOSE)
		events |= POLLHUP;
	if (p->shut_receive)
		events |= POLLIN | POLLRDHUP;
	if (p->deferred)
		events |= POLLOUT; /* tcp_poll(): DEFER_CONNECT */
	if (p->state != TCP_SYN_SENT) {
		if (p->unread &&
			p->unread >= peer_option(p, OPT_SO_RCVLOWAT) + urgent_is_passed_over(p))
			events |= POLLIN;
		if (p->shut_send || !p->send_buffer_full)
			events |= POLLOUT;
	}
	if (p->urgent.there && !p->urgent.taken)
		events |= POLLPRI;
	if (p->error || p->completions > 0)
		events |= POLLERR;
	return events;
}
