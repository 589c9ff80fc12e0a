#include "model/settle.h"

#include "model/answer.h"
#include "model/flood.h"
#include "model/segment.h"
#include "model/urgent.h"

#include <netinet/tcp.h>
#include <poll.h>

struct view settle_look(const struct model *m, enum who who)
{
	int i = m->at[who];

	/* AF_UNIX has no state that could be waited for, and nothing that comes later. */
	return (struct view){family_is_tcp(m->family) ? peer_shown_state(m, who) : 0,
		peer_events(m, i),
		m->peer[i].receive_queue_full ? UNCERTAIN : urgent_inq(&m->peer[i]),
		m->descriptors[who] > 0};
}

/* Adds an await of target to those of a side. */
static void add_await(enum who who, const char *target, struct step *step, int *count)
{
	char what[256];

	step[*count] = (struct step){.who = who, .operation = &operations[OP_AWAIT]};
	*count += step_argument(&step[*count], 0, target, what, sizeof what);
}

int settle_awaits(
	enum who who, struct view from, struct view to, bool other_open, struct step *step)
{
	char target[96];
	int count = 0;

	if (!to.open && (other_open || to.state != TCP_CLOSE))
		return 0;
	if (to.state && to.state != from.state)
		add_await(who, symbol_text(tcp_states, to.state), step, &count);
	if (to.open && to.unread != from.unread && to.unread != UNCERTAIN) {
		snprintf(target, sizeof target, "inq=%ld", to.unread);
		add_await(who, target, step, &count);
	}
	if (to.open && !count && to.events & ~from.events) {
		symbol_mask_text(poll_events, to.events, target, sizeof target);
		add_await(who, target, step, &count);
	}
	return count;
}

bool settle_acknowledgement(const struct model *m, enum who who, struct step *step)
{
	const struct peer *peer = &m->peer[m->at[who]];
	int count = 0;

	if (segment_awaits_ack(peer))
		add_await(who, peer->fin_ack_pending ? "FIN_WAIT2" : "outq=0", step, &count);
	return count;
}

struct step settle_join(const struct model *m, enum who who)
{
	return (struct step){.who = who,
		.operation = &operations[OP_JOIN],
		.joined = step_form(&m->pending[who].step)};
}

int settle_ends(const struct model *m)
{
	return m->many ? ENDS : SIDES;
}

void settle_look_at_all(const struct model *m, struct view view[ENDS])
{
	for (int i = 0; i < settle_ends(m); i++)
		view[i] = settle_look(m, (enum who)i);
}

/* Until the server has accepted, it shows what the listening socket does. */
static bool shows_another(const struct model *m, enum who who)
{
	return who == LISTENER && m->at[SERVER] == THE_LISTENER;
}

/* Has the socket at the other end of who's connection a descriptor? */
static bool other_is_open(const struct model *m, enum who who)
{
	for (int i = 0; i < ENDS; i++)
		if (m->at[i] == m->peer[m->at[who]].other)
			return m->descriptors[i] > 0;
	return false;
}

int settle_awaits_of(const struct model *m, enum who who, const struct view from[ENDS],
	const struct view to[ENDS], struct step *step)
{
	return shows_another(m, who) || flood_is_at(m, who)
		       ? 0
		       : settle_awaits(who, from[who], to[who], other_is_open(m, who), step);
}

bool settle_is_certain(const struct model *m, const struct prediction *p)
{
	return !m->lost && !m->choices.asked && p->result.kind != RESULT_UNKNOWN &&
	       p->result.kind != RESULT_TIMEOUT;
}
