/*
 * rules_ready: the machine's rules of the calls that look: poll, select, epoll, and closewait's
 * own.
 */
#include "model/rules.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

static long revents(const struct machine *m, enum who who, long asked)
{
	return m->descriptors[who] ? socket_events(m, m->at[who]) & (asked | POLLERR | POLLHUP)
				   : POLLNVAL;
}

/* Before data that MSG_ZEROCOPY sent is acknowledged, the completion may be there or not. */
static bool may_complete(const struct machine *m, enum who who)
{
	const struct peer *peer = &m->peer[m->at[who]];

	return m->descriptors[who] && peer->completions == UNCERTAIN && !peer->error;
}

/* In the background they wait for something. */
static bool waits(struct machine *m, const struct step *step)
{
	const struct pending *pending = &m->pending[step->who];

	return pending->there && pending->step.operation == step->operation;
}

void machine_poll(struct machine *m, const struct step *step, struct prediction *p)
{
	long asked = step->word_count ? step->number[0] : POLLIN | POLLPRI | POLLOUT | POLLRDHUP;
	long events = revents(m, step->who, asked);

	if (may_complete(m, step->who))
		not_modelled(p);
	else if (!events && waits(m, step))
		block(m, step->who, 0, p);
	else
		say(p,
			!m->descriptors[step->who]                ? RULE_POLL_CLOSED
			: side(m, step->who)->state == TCP_LISTEN ? RULE_POLL_LISTEN
								  : RULE_POLL,
			RESULT_EVENTS, events);
}

/* do_select(): POLLIN_SET, POLLOUT_SET, POLLEX_SET */
void machine_select(struct machine *m, const struct step *step, struct prediction *p)
{
	long events = revents(m, step->who, POLLIN | POLLPRI | POLLOUT);
	long sets = (events & (POLLIN | POLLHUP | POLLERR) ? 1 : 0) |
		    (events & (POLLOUT | POLLERR) ? 2 : 0) | (events & POLLPRI ? 4 : 0);

	if (bad_descriptor(m, step->who, p))
		return;
	if (may_complete(m, step->who))
		not_modelled(p);
	else if (!sets && waits(m, step))
		block(m, step->who, 0, p);
	else
		say(p, RULE_SELECT, RESULT_SETS, sets);
}

/* ep_insert(), ep_modify(): what is ready already is put on the ready list. */
static void registers(struct machine *m, const struct step *step)
{
	struct registration *r = &m->registration[step->who];

	*r = (struct registration){.instance = true,
		.there = true,
		.peer = m->at[step->who],
		.closed = m->closed[step->who],
		.events = (step->word_count > 1 ? step->number[1]
						: EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP) |
			  EPOLLERR | EPOLLHUP};
	r->listed = socket_events(m, r->peer) & r->events;
}

void machine_epoll_ctl(struct machine *m, const struct step *step, struct prediction *p)
{
	struct registration *r = &m->registration[step->who];

	r->instance = true;
	if (bad_descriptor(m, step->who, p))
		return;
	/* A registration is of a descriptor: of another one it is not found. */
	bool there = r->there && r->peer == m->at[step->who] && r->closed == m->closed[step->who];

	if (r->there && !there && step->number[0] == EPOLL_CTL_ADD) {
		lose(m, p); /* two registrations */
		return;
	}
	if (there && step->number[0] == EPOLL_CTL_ADD)
		fail(p, RULE_EPOLL_CTL_THERE, EEXIST);
	else if (!there && step->number[0] != EPOLL_CTL_ADD)
		fail(p, RULE_EPOLL_CTL_NOT_THERE, ENOENT);
	else {
		if (step->number[0] == EPOLL_CTL_DEL)
			r->there = false;
		else
			registers(m, step);
		say(p, RULE_EPOLL_CTL, RESULT_NUMBER, 0);
	}
}

/* ep_send_events(): asks each socket on the ready list; level-triggered ones stay on it. */
void machine_epoll_wait(struct machine *m, const struct step *step, struct prediction *p)
{
	struct registration *r = &m->registration[step->who];
	long events = r->there && r->listed ? socket_events(m, r->peer) & r->events : 0;
	enum rule rule = RULE_EPOLL_LEVEL;

	if (!r->instance) {
		fail(p, RULE_BAD_DESCRIPTOR, EBADF);
		return;
	}
	if (may_complete(m, step->who)) {
		lose(m, p); /* it may have been reported */
		return;
	}
	r->listed = events && !(r->events & (long)(EPOLLET | EPOLLONESHOT));
	if (events && r->events & EPOLLONESHOT) {
		rule = RULE_EPOLL_ONESHOT;
		r->events = 0; /* until EPOLL_CTL_MOD */
	} else if (events && r->events & (long)EPOLLET)
		rule = RULE_EPOLL_EDGE;
	if (!events && waits(m, step))
		block(m, step->who, 0, p);
	else
		say(p, events ? rule : RULE_EPOLL_NOTHING, RESULT_EPOLL, events);
}

void machine_state(struct machine *m, const struct step *step, struct prediction *p)
{
	int state = shown_state(m, step->who);

	if (state)
		say(p, RULE_STATE, RESULT_STATE, state);
	else
		not_modelled(p);
}

static bool is_there(const struct machine *m, const struct step *step)
{
	const struct peer *peer = &m->peer[m->at[step->who]];
	long wanted = step->number[0];

	switch (step->target) {
	case TARGET_STATE:
		return shown_state(m, step->who) == wanted;
	case TARGET_EVENTS:
		return (revents(m, step->who, wanted) & wanted) == wanted;
	case TARGET_INQ:
		return peer->unread == wanted && !peer->flooded;
	case TARGET_OUTQ:
		return peer->unacknowledged == wanted;
	}
	return false;
}

/* tcp_write_timeout(), tcp_keepalive_timer(). An orphan in FIN_WAIT2 and a time-wait entry just go.
 */
bool timer_ends(struct machine *m, enum who who)
{
	struct peer *peer = &m->peer[m->at[who]];
	bool unanswered = m->link_down && (peer->in_flight || peer->remembered[REMEMBER_KEEPALIVE]);

	if (unanswered && (m->short_timers || peer->remembered[REMEMBER_USER_TIMEOUT] ||
				  peer->remembered[REMEMBER_KEEPIDLE])) {
		m->counted[ABORT_ON_TIMEOUT]++;
		if (!peer->in_flight)
			m->counted[OUT_RSTS]++; /* tcp_keepalive_timer() */
		lose_segment(m, m->at[who]);    /* sent again, or a keepalive probe */
		end_connection(m, m->at[who], peer->soft ? peer->soft : ETIMEDOUT,
			peer->soft ? "nothing was acknowledged in time, so tcp_write_err() stored "
				     "why nothing could be sent"
				   : "nothing was acknowledged in time, so tcp_write_err() stored "
				     "ETIMEDOUT");
		return true;
	}
	if (peer->remembered[REMEMBER_KEEPALIVE] && needs_reset(peer->state) &&
		m->peer[peer->other].state == TCP_CLOSE &&
		(m->short_timers || peer->remembered[REMEMBER_KEEPIDLE])) {
		answer_probe(m, m->at[who]);
		return true;
	}
	if (!peer->orphan || peer->state != TCP_FIN_WAIT2 || !(m->short_timers || peer->linger2))
		return false;
	end_connection(m, m->at[who], 0, NULL);
	return true;
}

void machine_await(struct machine *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = side(m, step->who);
	enum rule rule = RULE_AWAIT;

	if (step->target == TARGET_STATE && step->number[0] == TCP_FIN_WAIT1 &&
		peer->fin_unsettled) {
		lose(m, p); /* it may be over already */
		return;
	}
	if (step->target >= TARGET_INQ && bad_descriptor(m, step->who, p))
		return;
	bool resuming = m->resuming;

	if (!is_there(m, step))
		let_time_pass(m);
	if (!is_there(m, step) && resuming)
		let_time_pass(m); /* what was sent again is acknowledged, too */
	if (!is_there(m, step) && timer_ends(m, step->who))
		rule = RULE_AWAIT_TIMER;
	if (is_there(m, step))
		say(p, rule, RESULT_DONE, 0);
	else if (m->link_down)
		lose(m, p); /* the kernel's timers decide */
	else
		say(p, RULE_BLOCKS, RESULT_TIMEOUT, shown_state(m, step->who));
}

static void queue_length(struct machine *m, const struct step *step, enum rule rule, long length,
	bool at_least, struct prediction *p)
{
	if (bad_descriptor(m, step->who, p))
		return;
	if (side(m, step->who)->state == TCP_LISTEN)
		fail(p, RULE_QUEUE_LISTEN, EINVAL);
	else if (at_least) {
		say(p, rule, RESULT_RELATION, 0);
		p->result.relation = GREATER;
	} else if (length == UNCERTAIN)
		not_modelled(p);
	else
		say(p, rule, RESULT_NUMBER, length);
}

/* tcp_ioctl(): tcp_inq() */
void machine_inq(struct machine *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = side(m, step->who);

	queue_length(m, step, RULE_INQ, peer->unread, peer->flooded && peer->unread, p);
}

/* tcp_ioctl(): write_seq - snd_una */
void machine_outq(struct machine *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = side(m, step->who);

	queue_length(m, step, RULE_OUTQ, peer->unacknowledged, peer->full || peer->purged, p);
}

/* The counters that follow from the model; the others are not predicted. */
void machine_count(struct machine *m, const struct step *step, struct prediction *p)
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
	not_modelled(p);
	for (int i = 0; i < COUNTED; i++)
		if (!strcmp(name, names[i]) && m->counted[i] != UNCERTAIN)
			say(p, RULE_COUNT_CERTAIN, RESULT_NUMBER, m->counted[i]);
}
