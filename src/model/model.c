#include "model/model.h"

#include "model/rules.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

struct machine machine_new(enum family family, struct version kernel)
{
	struct machine m = {.family = family,
		.kernel = kernel,
		.at = {THE_CLIENT, THE_LISTENER},
		.descriptors = {1, 1},
		.process = true,
		.lost = !family_is_tcp(family)};

	for (int i = 0; i < PEERS; i++)
		m.peer[i] = (struct peer){
			.state = TCP_CLOSE, .other = NOBODY, .low_water = 1, .peek_offset = -1};
	m.peer[THE_LISTENER].state = TCP_LISTEN;
	return m;
}

struct peer *side(struct machine *m, enum who who)
{
	return &m->peer[m->at[who]];
}

void say(struct prediction *p, enum rule rule, enum result_kind kind, long value)
{
	*p = (struct prediction){.result = {.kind = kind, .value = value}, .rule = rule};
}

void fail(struct prediction *p, enum rule rule, int error)
{
	say(p, rule, RESULT_ERROR, error);
}

void not_modelled(struct prediction *p)
{
	say(p, RULE_NONE, RESULT_UNKNOWN, 0);
}

void lose(struct machine *m, struct prediction *p)
{
	m->lost = true;
	not_modelled(p);
}

bool bad_descriptor(const struct machine *m, enum who who, struct prediction *p)
{
	bool bad = !m->descriptors[who] && !m->pending[who].retried; /* that holds the file */

	if (bad)
		fail(p, RULE_BAD_DESCRIPTOR, EBADF);
	return bad;
}

void block(struct machine *m, enum who who, int error, struct prediction *p)
{
	if (error)
		fail(p, RULE_TIMES_OUT, error);
	else
		say(p, RULE_BLOCKS, RESULT_TIMEOUT, shown_state(m, who));
}

bool may_not_wait(struct machine *m, const struct step *step)
{
	return !m->pending[step->who].retried &&
	       (step_flags(step) & MSG_DONTWAIT || side(m, step->who)->nonblocking);
}

int shown_state(const struct machine *m, enum who who)
{
	const struct peer *p = &m->peer[m->at[who]];

	if (p->time_wait && !m->descriptors[who])
		return TCP_TIME_WAIT; /* a descriptor shows CLOSE, the table the time-wait entry */
	if (p->state == TCP_LISTEN && !m->descriptors[who])
		return TCP_CLOSE; /* without a descriptor the connection is looked for, and there is
				     none */
	return p->fin_unsettled ? 0 : p->state;
}

void let_time_pass(struct machine *m)
{
	for (int i = 0; i < PEERS; i++) {
		struct peer *p = &m->peer[i];

		if (m->resuming && p->in_flight) {
			if (p->state == TCP_SYN_SENT)
				answer_syn(m, p);
			send_again(m, i);
			continue;
		}
		settle(m, i);
		if (p->held && !m->link_down)
			send_data(m, i, 0); /* tcp_write_timer(): 200 ms at most */
		if (p->unacknowledged == UNCERTAIN && !p->full && !p->in_flight &&
			(p->state == TCP_ESTABLISHED || p->state == TCP_CLOSE_WAIT ||
				p->state == TCP_FIN_WAIT2)) {
			p->unacknowledged = 0;
			complete(p);
			wake(m, i, POLLERR);
		}
	}
	m->resuming = false;
	wake_pending(m);
}

/* A call that would block says so and changes nothing: then it can be tried again. */
static void try(struct machine *m, struct pending *pending)
{
	struct prediction p = {.result.kind = RESULT_UNKNOWN};
	struct step step = pending->step;

	step.background = false;
	machine_rules[step.operation->id](m, &step, &p);
	pending->retried = false;
	if (p.rule == RULE_BLOCKS || p.rule == RULE_TIMES_OUT)
		return;
	pending->finished = true;
	pending->result = p.result;
	pending->rule = (int)p.rule;
	pending->cause = p.cause;
}

/* The call is over, and with it the last reference to a socket, if it was closed meanwhile. */
static void release(struct machine *m, struct pending *pending)
{
	if (pending->closes)
		close_last(m, pending->holds);
	pending->closes = false;
}

void wake_pending(struct machine *m)
{
	for (int who = 0; who < 2; who++)
		/* What nobody wakes goes on sleeping, even when there is something for it. */
		if (m->pending[who].there && !m->pending[who].finished && m->pending[who].woken) {
			m->pending[who].retried = true;
			try(m, &m->pending[who]);
			m->pending[who].woken = false;
			if (m->pending[who].finished)
				release(m, &m->pending[who]);
		}
}

static void start(struct machine *m, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];

	*pending = (struct pending){.there = true, .step = *step};
	try(m, pending);
	say(p, pending->finished ? (enum rule)pending->rule : RULE_BLOCKS, RESULT_NONE, 0);
}

/* What the call in the background gave, or gives once time has passed. */
void machine_join(struct machine *m, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];

	if (!pending->there) {
		lose(m, p);
		return;
	}
	if (!pending->finished) {
		let_time_pass(m);
		if (!pending->finished && timer_ends(m, step->who))
			wake_pending(m);
	}
	pending->there = false;
	if (pending->finished)
		*p = (struct prediction){pending->result, (enum rule)pending->rule, pending->cause};
	else {
		pending->retried = true;
		pending->step.background = false;
		machine_rules[pending->step.operation->id](m, &pending->step, p);
		pending->retried = false;
		release(m, pending);
		if (p->result.kind == RESULT_TIMEOUT) /* looked at once the call has given up */
			p->result.value = shown_state(m, step->who);
	}
}

struct prediction machine_predict(struct machine *machine, const struct step *step)
{
	struct prediction p = {.result.kind = RESULT_UNKNOWN};

	/* What was lost is sent again when its timer ends: only who waits for it knows. */
	machine->lost |= machine->resuming && step->operation->id != OP_AWAIT &&
			 step->operation->id != OP_JOIN;
	if (machine->lost)
		return p;
	if (step->background)
		start(machine, step, &p);
	else {
		machine_rules[step->operation->id](machine, step, &p);
		wake_pending(machine);
	}
	return p;
}
