#include "model/settle.h"

#include "model/answer.h"
#include "model/segment.h"

#include <netinet/tcp.h>
#include <poll.h>

struct view settle_look(const struct model *m, enum who who)
{
	int i = m->at[who];

	return (struct view){peer_shown_state(m, who), peer_events(m, i), m->peer[i].unread,
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
	if (to.open && to.unread != from.unread) {
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

bool settle_is_certain(const struct model *m, const struct prediction *p)
{
	return !m->lost && !m->choices.asked && p->result.kind != RESULT_UNKNOWN &&
	       p->result.kind != RESULT_TIMEOUT;
}
