#include "model/timer.h"

#include "model/answer.h"
#include "model/handshake.h"
#include "model/pending.h"
#include "model/queue.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>

/* The retransmission timers expire in the order in which they were started, or by how often they
 * had doubled: tcp_retransmit_timer(). */
static void send_again(struct model *m)
{
	int first = 0, in_flight = 0;

	for (int i = 0; i < PEERS; i++)
		in_flight += m->peer[i].in_flight;
	m->lost |= in_flight > 2; /* more orders than two */
	if (in_flight > 1 && choices_ask(&m->choices))
		first = PEERS - 1;
	for (int n = 0; n < PEERS; n++) {
		int i = abs(first - n);

		if (!m->peer[i].in_flight)
			continue;
		m->lost |= m->peer[i].state == TCP_SYN_SENT && !handshake_answer(m, i);
		segment_send_again(m, i);
	}
}

void timer_let_pass(struct model *m)
{
	if (m->resuming)
		send_again(m);
	for (int i = 0; i < PEERS && !m->resuming; i++) {
		struct peer *p = &m->peer[i];

		if (p->held_back && !m->link_down)
			segment_send_data(m, i, 0); /* tcp_write_timer(): 200 ms at most */
		segment_acknowledge(m, i);
	}
	m->resuming = false;
	pending_wake(m);
}

static bool syn_is_unanswered(const struct model *m, int index)
{
	return m->peer[index].state == TCP_SYN_SENT && m->peer[index].unanswered;
}

bool timer_answers_syn(const struct model *m)
{
	for (int i = 0; i < PEERS; i++) {
		int listening = m->peer[i].destination;

		if (syn_is_unanswered(m, i) && !m->link_down &&
			(m->peer[listening].state != TCP_LISTEN || queue_has_room(m, listening)))
			return true;
	}
	return false;
}

bool timer_send_syn_again(struct model *m)
{
	int unanswered = 0;

	for (int i = 0; i < PEERS; i++)
		unanswered += syn_is_unanswered(m, i);
	if (unanswered > 1 && timer_answers_syn(m))
		return false;
	for (int i = 0; i < PEERS; i++) {
		struct peer *p = &m->peer[i];

		if (!syn_is_unanswered(m, i) || m->link_down || !handshake_answer(m, i))
			continue;
		p->in_flight = p->unanswered = false;
	}
	pending_wake(m);
	return true;
}
