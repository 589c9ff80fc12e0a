/*
 * rules_ready: the model's rules of the calls that look: poll, select, epoll, and closewait's
 * own.
 */
#include "model/pending.h"
#include "model/rules.h"
#include "model/segment.h"
#include "model/timer.h"
#include "model/urgent.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

static long revents(const struct model *m, enum who who, long asked)
{
	return m->descriptors[who] ? peer_events(m, m->at[who]) & (asked | POLLERR | POLLHUP)
				   : POLLNVAL;
}

/* Before data that MSG_ZEROCOPY sent is acknowledged, the completion may be there or not. */
static bool may_complete(const struct model *m, enum who who)
{
	const struct peer *peer = &m->peer[m->at[who]];

	return m->descriptors[who] && peer->completions == UNCERTAIN && !peer->error;
}

/* In the background they wait for something; in front they look, whatever waits there. */
static bool waits(const struct model *m, const struct step *step)
{
	return m->pending[step->who].asked;
}

void model_poll(struct model *m, const struct step *step, struct prediction *p)
{
	long asked = step->word_count ? step->number[0] : POLLIN | POLLPRI | POLLOUT | POLLRDHUP;
	long events = revents(m, step->who, asked);

	if (may_complete(m, step->who))
		answer_unknown(p);
	else if (!events && waits(m, step))
		answer_blocks(m, step->who, 0, p);
	else
		answer_value(p,
			!m->descriptors[step->who]                   ? RULE_POLL_CLOSED
			: peer_of(m, step->who)->state == TCP_LISTEN ? RULE_POLL_LISTEN
								     : RULE_POLL,
			RESULT_EVENTS, events);
}

/* do_select(): POLLIN_SET, POLLOUT_SET, POLLEX_SET; a descriptor that was closed meanwhile is in
 * all (68514dacf271). */
void model_select(struct model *m, const struct step *step, struct prediction *p)
{
	long events = revents(m, step->who, POLLIN | POLLPRI | POLLOUT);
	long sets = (events & (POLLIN | POLLHUP | POLLERR | POLLNVAL) ? 1 : 0) |
		    (events & (POLLOUT | POLLERR | POLLNVAL) ? 2 : 0) |
		    (events & (POLLPRI | POLLNVAL) ? 4 : 0);

	sets &= step_value(step, ARGUMENT_SETS, 7);
	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (may_complete(m, step->who))
		answer_unknown(p);
	else if (!sets && waits(m, step))
		answer_blocks(m, step->who, 0, p);
	else
		answer_value(p, RULE_SELECT, RESULT_SETS, sets);
}

/* ep_insert(), ep_modify(): what is ready already is put on the ready list. */
static void registers(struct model *m, const struct step *step)
{
	struct registration *r = &m->registration[step->who];

	*r = (struct registration){.instance = true,
		.there = true,
		.peer = m->at[step->who],
		.closed = m->closed[step->who],
		.events = (step->word_count > 1 ? step->number[1]
						: EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP) |
			  EPOLLERR | EPOLLHUP};
	r->listed = peer_events(m, r->peer) & r->events;
}

void model_epoll_ctl(struct model *m, const struct step *step, struct prediction *p)
{
	struct registration *r = &m->registration[step->who];

	r->instance = true;
	if (answer_bad_descriptor(m, step->who, p))
		return;
	/* A registration is of a descriptor: of another one it is not found. */
	bool there = r->there && r->peer == m->at[step->who] && r->closed == m->closed[step->who];

	if (r->there && !there && step->number[0] == EPOLL_CTL_ADD) {
		answer_lost(m, p); /* two registrations */
		return;
	}
	if (there && step->number[0] == EPOLL_CTL_ADD)
		answer_errno(p, RULE_EPOLL_CTL_THERE, EEXIST);
	else if (!there && step->number[0] != EPOLL_CTL_ADD)
		answer_errno(p, RULE_EPOLL_CTL_NOT_THERE, ENOENT);
	else {
		if (step->number[0] == EPOLL_CTL_DEL)
			r->there = false;
		else
			registers(m, step);
		answer_value(p, RULE_EPOLL_CTL, RESULT_NUMBER, 0);
	}
}

/* ep_send_events(): asks each socket on the ready list; level-triggered ones stay on it. */
void model_epoll_wait(struct model *m, const struct step *step, struct prediction *p)
{
	struct registration *r = &m->registration[step->who];
	long events = r->there && r->listed ? peer_events(m, r->peer) & r->events : 0;
	enum rule rule = RULE_EPOLL_LEVEL;

	if (!r->instance) {
		answer_errno(p, RULE_BAD_DESCRIPTOR, EBADF);
		return;
	}
	if (may_complete(m, step->who)) {
		answer_lost(m, p); /* it may have been reported */
		return;
	}
	r->listed = events && !(r->events & (long)(EPOLLET | EPOLLONESHOT));
	if (events && r->events & EPOLLONESHOT) {
		rule = RULE_EPOLL_ONESHOT;
		r->events = 0; /* until EPOLL_CTL_MOD */
	} else if (events && r->events & (long)EPOLLET)
		rule = RULE_EPOLL_EDGE;
	if (!events && waits(m, step))
		answer_blocks(m, step->who, 0, p);
	else
		answer_value(p, events ? rule : RULE_EPOLL_NOTHING, RESULT_EPOLL, events);
}

void model_state(struct model *m, const struct step *step, struct prediction *p)
{
	int state = peer_shown_state(m, step->who);

	if (state)
		answer_value(p, RULE_STATE, RESULT_STATE, state);
	else
		answer_unknown(p);
}

/* tcp_ioctl(): SIOCOUTQ; a SYN does not count before it is answered */
static long sent(const struct peer *peer)
{
	return peer->state == TCP_SYN_SENT ? 0 : peer->unacknowledged;
}

static bool is_there(const struct model *m, const struct step *step)
{
	const struct peer *peer = &m->peer[m->at[step->who]];
	long wanted = step->number[0];

	switch (step->target) {
	case TARGET_STATE:
		return peer_shown_state(m, step->who) == wanted;
	case TARGET_EVENTS:
		return (revents(m, step->who, wanted) & wanted) == wanted;
	case TARGET_INQ:
		return urgent_inq(peer) == wanted && !peer->receive_queue_full;
	case TARGET_OUTQ:
		return sent(peer) == wanted;
	}
	return false;
}

void model_await(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);

	if (step->target == TARGET_STATE && step->number[0] == TCP_FIN_WAIT1 &&
		peer->fin_ack_pending) {
		answer_lost(m, p); /* it may be over already */
		return;
	}
	if (step->target >= TARGET_INQ && answer_bad_descriptor(m, step->who, p))
		return;
	if (step->target >= TARGET_INQ && peer->state == TCP_LISTEN) {
		answer_errno(p, RULE_QUEUE_LISTEN, EINVAL);
		return;
	}
	bool resuming = m->resuming;

	if (!is_there(m, step) && !resuming) {
		segment_acknowledge(m, m->at[step->who]);
		pending_wake(m);
	}
	if (!is_there(m, step))
		timer_let_pass(m);
	if (!is_there(m, step) && resuming)
		timer_let_pass(m); /* what was sent again is acknowledged, too */
	if (!is_there(m, step) && !timer_send_syn_again(m)) {
		answer_lost(m, p);
		return;
	}
	enum expiry expiry =
		is_there(m, step) ? EXPIRY_NONE : timer_expire(m, m->at[step->who], LONG_MAX);

	if (is_there(m, step))
		answer_value(
			p, expiry == EXPIRY_ENDED ? RULE_AWAIT_TIMER : RULE_AWAIT, RESULT_DONE, 0);
	else if (expiry == EXPIRY_UNCERTAIN)
		answer_lost(m, p);
	else
		answer_value(p, RULE_BLOCKS, RESULT_TIMEOUT, peer_shown_state(m, step->who));
}

/* What the call in the background gave, or gives once time has passed. */
void model_join(struct model *m, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];

	if (!pending->there) {
		answer_lost(m, p);
		return;
	}
	if (!pending->finished) {
		timer_let_pass(m);
		bool certain = pending->finished || timer_send_syn_again(m);
		enum expiry expiry =
			pending->finished
				? EXPIRY_NONE
				: timer_expire(m, m->at[step->who],
					  answer_patience(m, &pending->step, pending->rule));

		if (expiry == EXPIRY_UNCERTAIN || !certain) {
			answer_lost(m, p);
			return;
		}
		pending_wake(m);
	}
	if (pending->finished)
		*p = (struct prediction){pending->result, pending->rule, pending->cause};
	else {
		pending->retried = true;
		pending->step.background = false;
		pending->asked = true;
		pending->predict(m, &pending->step, p);
		pending->asked = pending->retried = false;
		pending_release(m, pending);
		if (p->result.kind == RESULT_TIMEOUT) /* looked at once the call has given up */
			p->result.value = peer_shown_state(m, step->who);
	}
	pending->there = false;
}

/* Might the call be over by now because time has passed? A worker thread of io_uring's makes its
 * call while the one that asked for it sleeps. */
static bool may_be_over(const struct model *m, const struct pending *pending)
{
	const struct peer *peer = &m->peer[pending->on];
	struct model later = *m;

	timer_let_pass(&later);
	bool certain = timer_send_syn_again(&later);
	enum expiry expiry = timer_expire(&later, pending->on, LONG_MAX);

	pending_wake(&later);
	return !certain || expiry != EXPIRY_NONE || later.lost ||
	       later.pending[pending->step.who].finished ||
	       pending->step.operation->id == OP_URING_SPLICE ||
	       peer_has_timeout(peer, OPT_SO_RCVTIMEO) || peer_has_timeout(peer, OPT_SO_SNDTIMEO);
}

void model_sleeps(struct model *m, const struct step *step, struct prediction *p)
{
	const struct pending *pending = &m->pending[step->who];
	bool asleep = pending->there && !pending->finished;

	if (asleep && may_be_over(m, pending))
		answer_unknown(p);
	else
		answer_value(p, RULE_SLEEPS, RESULT_NUMBER, asleep);
}

/* io_sync_cancel(): a request that polls its socket completes with ECANCELED. What one has sent by
 * then, how far a connect came, and a worker thread in splice are another matter. */
void model_uring_cancel(struct model *m, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];
	enum operation_id id = pending->there ? pending->step.operation->id : OP_JOIN;

	if (version_before(m->kernel, 6, 0) || id == OP_URING_SPLICE || id == OP_URING_CONNECT ||
		pending->got)
		answer_lost(m, p);
	else if (!pending->there || pending->finished || !step_is_of_uring(&pending->step))
		answer_errno(p, RULE_URING_NOTHING, ENOENT);
	else {
		pending->finished = true;
		pending->rule = RULE_URING_CANCELED;
		pending->cause = NULL;
		pending->result = (struct result){.kind = RESULT_ERROR, .value = ECANCELED};
		pending_release(m, pending);
		answer_value(p, RULE_URING_CANCEL, RESULT_NUMBER, 0);
	}
}

static void queue_length(struct model *m, const struct step *step, enum rule rule, long length,
	bool at_least, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (peer_of(m, step->who)->state == TCP_LISTEN)
		answer_errno(p, RULE_QUEUE_LISTEN, EINVAL);
	else if (at_least) {
		answer_value(p, rule, RESULT_RELATION, 0);
		p->result.relation = GREATER;
	} else if (length == UNCERTAIN)
		answer_unknown(p);
	else
		answer_value(p, rule, RESULT_NUMBER, length);
}

/* tcp_ioctl(): tcp_inq() */
void model_inq(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);

	queue_length(
		m, step, RULE_INQ, urgent_inq(peer), peer->receive_queue_full && peer->unread, p);
}

/* tcp_ioctl(): SIOCATMARK, of a listening socket, too */
void model_atmark(struct model *m, const struct step *step, struct prediction *p)
{
	if (!answer_bad_descriptor(m, step->who, p))
		answer_value(p, RULE_ATMARK, RESULT_NUMBER, urgent_is_next(peer_of(m, step->who)));
}

/* tcp_ioctl(): write_seq - snd_una */
void model_outq(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);

	queue_length(m, step, RULE_OUTQ, sent(peer), peer->send_buffer_full || peer->purged, p);
}

/* The counters that follow from the model; the others are not predicted. */
void model_count(struct model *m, const struct step *step, struct prediction *p)
{
	static const char *const names[COUNTED] = {
		[OUT_RSTS] = "TcpOutRsts",
		[ESTAB_RESETS] = "TcpEstabResets",
		[ATTEMPT_FAILS] = "TcpAttemptFails",
		[ABORT_ON_CLOSE] = "TCPAbortOnClose",
		[ABORT_ON_DATA] = "TCPAbortOnData",
		[ABORT_ON_LINGER] = "TCPAbortOnLinger",
		[ABORT_ON_TIMEOUT] = "TCPAbortOnTimeout",
		[ACTIVE_OPENS] = "TcpActiveOpens",
		[PASSIVE_OPENS] = "TcpPassiveOpens",
	};
	const char *name = step->word[0];

	name += strncmp(name, "TcpExt", 6) ? 0 : 6;
	answer_unknown(p);
	for (int i = 0; i < COUNTED; i++)
		if (!strcmp(name, names[i]) && m->counted[i] != UNCERTAIN)
			answer_value(p, RULE_COUNT_CERTAIN, RESULT_NUMBER, m->counted[i]);
}
