#include "model/until.h"

#include "model/answer.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>

/* With these what it looks at is not what it reads, or it waits for more than there is. */
static bool is_modelled(const struct peer *peer)
{
	return peer_option(peer, OPT_SO_PEEK_OFF) < 0 && peer_option(peer, OPT_SO_RCVLOWAT) <= 1 &&
	       !peer->urgent.there && !(peer->receive_queue_full && peer->unread);
}

/* Is the descriptor closed that the call in the background began with? What it waits in holds the
 * file, but the next call finds none. */
static bool is_closed(const struct model *m, enum who who)
{
	const struct pending *pending = &m->pending[who];

	return pending->retried && (pending->closed != m->closed[who] || pending->closes);
}

/* The text is not there: all was read, and the next look finds an empty receive queue:
 * tcp_recvmsg_locked(), the order of its tests. */
static void look_in_vain(struct model *m, const struct step *step, long got, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	const char *cause = peer->cause;

	if (peer->done)
		answer_value(p, RULE_RECEIVE_DONE, RESULT_NUMBER, got);
	else if (peer->error) {
		answer_errno(p, RULE_RECEIVE_STORED_ERROR, peer_take_error(peer));
		p->cause = cause;
	} else if (peer->shut_receive)
		answer_value(p, RULE_RECEIVE_SHUT, RESULT_NUMBER, got);
	else if (peer->state == TCP_CLOSE)
		answer_errno(p, RULE_RECEIVE_NOT_CONNECTED, ENOTCONN);
	else if (step_may_not_wait(m, step))
		answer_errno(p, RULE_RECEIVE_EMPTY, EAGAIN);
	else
		answer_blocks(
			m, step->who, peer_has_timeout(peer, OPT_SO_RCVTIMEO) ? EAGAIN : 0, p);
}

void until_receive(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	struct pending *pending = &m->pending[step->who];
	long got = pending->retried ? pending->got : 0;
	struct payload text;

	step_payload(step, &text);
	long end = stream_find(&peer->stream, peer->unread, &text);

	if (!is_modelled(peer) || end < 0)
		answer_lost(m, p);
	else if (peer->unread && is_closed(m, step->who))
		answer_errno(p, RULE_BAD_DESCRIPTOR, EBADF);
	else if (end) {
		stream_drop(&peer->stream, end);
		peer->unread -= end;
		answer_value(p, RULE_RECEIVE_UNTIL, RESULT_NUMBER, got + end);
	} else {
		got += peer->unread;
		peer->stream.taken += (int)peer->unread;
		peer->unread = 0;
		look_in_vain(m, step, got, p);
		if (p->rule == RULE_BLOCKS)
			pending->got = got;
		else
			stream_clear(&peer->stream);
	}
}
