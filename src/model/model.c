#include "model/model.h"

#include "model/fastopen.h"
#include "model/flood.h"
#include "model/pending.h"
#include "model/port.h"
#include "model/rules.h"
#include "model/sysctl.h"
#include "model/timer.h"
#include "model/unix.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

bool model_has(enum family family)
{
	return family_is_tcp(family) || family == FAMILY_UNIX;
}

struct model model_new(enum family family, struct version kernel)
{
	struct model m = {.family = family,
		.kernel = kernel,
		.process = true,
		.fastopen = FASTOPEN_CLIENT,
		.lost = !model_has(family)};

	for (int i = 0; i < PEERS; i++) {
		m.peer[i] = (struct peer){
			.state = TCP_CLOSE, .other = NOBODY, .destination = THE_LISTENER};
		for (const struct socket_option *o = socket_options; o->name; o++)
			m.peer[i].option[o->id].first = o->preset;
	}
	for (int i = 0; i < ENDS; i++) {
		enum who who = (enum who)i;

		m.at[i] = who == SERVER ? THE_LISTENER : i;
		m.descriptors[i] = 1;
		if (who_is_further(who) && who != LISTENER && who_side(who) == SERVER)
			m.fresh |= 1u << i;
	}
	m.peer[THE_LISTENER].state = TCP_LISTEN;
	port_preset(&m);
	sysctl_preset(&m);
	m.peer[THE_LISTENER].backlog = BACKLOG_USUAL;
	return m;
}

struct model model_of(const struct experiment *e, enum family family, struct version kernel)
{
	struct model m = model_new(family, kernel);

	m.network = experiment_uses_network(e);
	m.many = experiment_has_further_ends(e);
	return m;
}

/* Until the server has accepted, its descriptor is that of the listening socket. */
static void share_listener(struct model *m, enum who who)
{
	enum who other = who == LISTENER ? SERVER : LISTENER;

	if (m->at[SERVER] != THE_LISTENER)
		return;
	if (who != SERVER && who != LISTENER)
		return;
	m->descriptors[other] = m->descriptors[who];
	m->closed[other] = m->closed[who];
}

/* An end of the server accepts for the listening socket only while it has done nothing else. */
static void note_use(struct model *m, const struct step *step)
{
	if (step_begins(step))
		m->fresh &= ~(1u << step->who);
}

static model_operation *rule_of(const struct model *m, const struct step *step)
{
	enum operation_id id = step->operation->id;

	return m->family == FAMILY_UNIX ? unix_rule(id) : model_rules[id];
}

/* A call in front that blocks may be ended by a timer, too, as one in the background is. */
static void expire(struct model *m, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];
	long patience = answer_patience(m, step, p->rule);
	struct model later = *m;
	struct prediction begun;

	if (timer_expire(&later, m->at[step->who], patience) == EXPIRY_NONE)
		return;
	if (!pending->there) {
		pending_start(m, rule_of(m, step), step, &begun);
		if (timer_expire(m, m->at[step->who], patience) == EXPIRY_ENDED)
			pending_wake(m);
		pending->there = false;
		if (pending->finished) {
			*p = (struct prediction){pending->result, pending->rule, pending->cause};
			return;
		}
	}
	m->lost = true;
	*p = (struct prediction){.result.kind = RESULT_UNKNOWN};
}

/* Does the call wait for somebody else? await and join look at timers themselves. */
static bool waits(const struct step *step, const struct prediction *p)
{
	return (p->rule == RULE_BLOCKS || p->rule == RULE_TIMES_OUT) &&
	       step->operation->id != OP_AWAIT && step->operation->id != OP_JOIN;
}

struct prediction model_predict(struct model *model, const struct step *step)
{
	struct prediction p = {.result.kind = RESULT_UNKNOWN};

	/* Lost segments are sent again when a timer expires, and so is a SYN: only a step that
	 * waits for that can be predicted. */
	model->lost |= (model->resuming || timer_answers_syn(model)) &&
		       step->operation->id != OP_AWAIT && step->operation->id != OP_JOIN;
	model->lost |= flood_hides(model, step);
	if (model->lost)
		return p;
	note_use(model, step);
	if (step->background)
		pending_start(model, rule_of(model, step), step, &p);
	else {
		rule_of(model, step)(model, step, &p);
		if (waits(step, &p))
			expire(model, step, &p);
		pending_wake(model);
	}
	share_listener(model, step->who);
	port_note(model, step->who);
	return p;
}
