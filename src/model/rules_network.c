/*
 * rules_network: the model's rules of what happens on the network between the ends.
 */
#include "model/queue.h"
#include "model/rules.h"
#include "model/segment.h"
#include "model/transit.h"

#include <errno.h>
#include <netinet/tcp.h>

/* When each segment arrives is a matter of time then: nothing further is predicted. */
void model_delay(struct model *m, const struct step *step, struct prediction *p)
{
	m->lost |= step->number[0] > 0;
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
}

/* Is everything that the ends have sent at the other end, and acknowledged? */
static bool is_quiet(const struct model *m)
{
	for (int i = 0; i < PEERS; i++) {
		const struct peer *peer = &m->peer[i];

		if (peer->in_flight || peer->fin_held || peer->fin_ack_pending || peer->held_back ||
			peer->send_buffer_full || peer->receive_queue_full || peer->unacknowledged)
			return false;
	}
	return !m->link_down && !queue_has_request(m) && !m->out_of_step && !m->forgotten;
}

/* Of drop, and of reorder: what is held back until another segment passes is sent again like one
 * that is lost, and then passes itself. */
void model_drop(struct model *m, const struct step *step, struct prediction *p)
{
	enum segment_kind kind;

	answer_value(p, RULE_NETWORK, RESULT_NUMBER, 0);
	if (m->many || !transit_kind(step->number[1], &kind)) { /* whose segment is the next? */
		m->lost = true;
		return;
	}
	/* Nagle's algorithm may hold back what the model has delivered. */
	for (int i = 0; i < PEERS; i++)
		m->lost |= m->peer[i].unacknowledged && !peer_option(&m->peer[i], OPT_TCP_NODELAY);
	m->losses[step->number[0]][kind]++;
}

/* The socket that gets what is injected, or NULL when there is none of a connection that both ends
 * are in, and may send and receive. */
static struct peer *receiver(struct model *m, bool from_client)
{
	struct peer *client = &m->peer[THE_CLIENT], *server = &m->peer[client->other];

	if (m->many || queue_has_request(m) || m->forgotten || m->out_of_step || m->link_down ||
		client->other == NOBODY || client->state == TCP_CLOSE ||
		server->state == TCP_CLOSE || client->orphan || server->orphan ||
		client->send_buffer_full || server->send_buffer_full || client->in_flight ||
		server->in_flight)
		return NULL;
	return from_client ? server : client;
}

/* tcp_validate_incoming(), tcp_reset_check(): RFC 5961 3.2 */
static void inject_rst(struct model *m, struct peer *peer, long sequence, struct prediction *p)
{
	switch ((enum sequence)sequence) {
	case SEQUENCE_EXACT:
		p->rule = RULE_INJECT_EXACT;
		segment_inject_rst(m, (int)(peer - m->peer));
		break;
	case SEQUENCE_IN_WINDOW:
		p->rule = RULE_INJECT_IN_WINDOW;
		/* The challenge ACK may be the acknowledgement that the other end's FIN waits for.
		 */
		m->lost |= m->peer[peer->other].fin_ack_pending;
		break;
	case SEQUENCE_OUT_OF_WINDOW:
		p->rule = RULE_INJECT_OUT_OF_WINDOW;
		break;
	}
}

void model_inject(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = receiver(m, step->number[0]);
	bool exact = step->number[2] == SEQUENCE_EXACT;
	uint8_t flags = (uint8_t)step->number[1];

	if (!m->counted[ACTIVE_OPENS] && !m->link_down) {
		answer_errno(p, RULE_NETWORK, ENOTCONN);
		return;
	}
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
	if (peer && (flags & ~TH_ACK) == TH_RST)
		inject_rst(m, peer, step->number[2], p);
	else if (peer && exact && flags == (TH_FIN | TH_ACK) && peer->state == TCP_ESTABLISHED) {
		p->rule = RULE_INJECT_FIN;
		segment_inject_fin(m, (int)(peer - m->peer));
	} else
		answer_lost(m, p);
}

void model_forget(struct model *m, const struct step *step, struct prediction *p)
{
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
	m->resets = step->number[0] == ANSWER_RESET;
	/* An acknowledgement that is still to come is answered, too, or lost. */
	m->lost |= m->many || !is_quiet(m) || m->peer[THE_CLIENT].other == NOBODY;
	m->forgotten = true;
	m->link_down |= !m->resets;
}
