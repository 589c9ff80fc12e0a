#include "model/flood.h"

#include "model/answer.h"
#include "model/room.h"
#include "model/segment.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

/* Does a call of the sender's wait for no bytes? That returns when it is woken for whatever, and of
 * room only who asked for it is told: SOCK_NOSPACE, sk_stream_write_space(). */
static bool waits_for_nothing(const struct model *m, int peer)
{
	const struct pending *pending = peer_pending(m, peer);

	return pending && pending->step.operation->flags & RECEIVES && !pending->step.number[0];
}

bool flood_can_begin(const struct model *m, const struct step *step)
{
	const struct peer *peer = &m->peer[m->at[step->who]], *other = &m->peer[peer->other];

	return (other->flood.there || !other->receive_queue_full) && !m->link_down && !m->network &&
	       !other->orphan && !other->shut_receive &&
	       (other->state == TCP_ESTABLISHED || other->state == TCP_FIN_WAIT2) &&
	       !peer->held_back && !other->urgent.there && !peer_pending(m, peer->other) &&
	       !waits_for_nothing(m, m->at[step->who]) && !step_is_of_uring(step);
}

static void begin(struct model *m, int peer, long length)
{
	int other = m->peer[peer].other;
	struct peer *p = &m->peer[other];

	stream_forget(&p->stream);
	p->unread += length;
	if (!p->flood.there)
		p->flood = (struct flood){.there = true, .queued = room_to_read(m, other)};
	p->receive_queue_full = m->peer[peer].send_buffer_full = true;
	m->peer[peer].unacknowledged = UNCERTAIN;
	segment_ack_fin(m, other);
	segment_wake(m, other, POLLIN);
}

void flood_send(
	struct model *m, const struct step *step, long length, bool waits, struct prediction *p)
{
	int peer = m->at[step->who];
	long room = room_to_queue(m, peer) - room_taken(m, peer);

	if (length <= room) {
		begin(m, peer, length);
		answer_value(p, RULE_SEND_QUEUED, RESULT_NUMBER, length);
	} else if (waits && m->pending[step->who].there) {
		begin(m, peer, length);
		m->pending[step->who].got = length; /* in the end */
		answer_blocks(m, step->who, 0, p);
	} else if (!waits && room > 0) {
		answer_range(p, RULE_SEND_PARTIAL, 1, length);
		m->lost = true;
	} else
		answer_lost(m, p);
}

bool flood_is_at(const struct model *m, enum who who)
{
	const struct peer *peer = &m->peer[m->at[who]];

	return peer->flood.there || m->peer[peer->other].flood.there;
}

static bool is_anywhere(const struct model *m)
{
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].flood.there)
			return true;
	return false;
}

/* Does a call wait for room in the send buffer? What ends it, and with what, is another matter. */
static bool sends_meanwhile(const struct model *m, int peer)
{
	const struct pending *pending = peer_pending(m, peer);

	return pending && pending->step.operation->flags & SENDS;
}

/* The FIN behind the flood may have come. Does its arrival make another matter of a close? In
 * TIME_WAIT it sends no RST any more. */
static bool close_depends(const struct model *m, int peer)
{
	const struct peer *p = &m->peer[peer];

	return sends_meanwhile(m, peer) ||
	       (p->flood.there && m->peer[p->other].fin_held && p->state != TCP_ESTABLISHED);
}

static bool any_close_depends(const struct model *m)
{
	for (int i = 0; i < PEERS; i++)
		if (close_depends(m, i))
			return true;
	return false;
}

/* Has the end's own FIN, behind the flood, been acknowledged? That closes it where both ends have
 * sent theirs, and shutdown(2) asks for a connection. */
static bool shutdown_depends(const struct peer *peer)
{
	return peer->fin_held && (peer->state == TCP_LAST_ACK || peer->state == TCP_CLOSING);
}

bool flood_hides(const struct model *m, const struct step *step)
{
	const struct operation *o = step->operation;

	if (o->flags & (OF_NAMESPACE | ENDS_PROCESS))
		return o->id != OP_COUNT && is_anywhere(m) &&
		       (o->flags & OF_NAMESPACE || any_close_depends(m));
	int peer = m->at[step->who], other = m->peer[peer].other;
	bool receives = m->peer[peer].flood.there;

	if (!flood_is_at(m, step->who) || o->flags & RECEIVES || o->id == OP_GETSOCKOPT ||
		o->id == OP_SIGPIPE)
		return false;
	if (step_closes(step))
		return close_depends(m, peer);
	if (o->id == OP_SHUTDOWN && shutdown_depends(&m->peer[peer]))
		return true;
	if (o->flags & SENDS || o->id == OP_SHUTDOWN)
		return receives ? m->peer[other].fin_held : sends_meanwhile(m, peer);
	return true;
}

void flood_drop(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	if (!p->flood.there)
		return;
	p->flood = (struct flood){0};
	p->receive_queue_full = m->peer[p->other].send_buffer_full = false;
	m->peer[p->other].unacknowledged = UNCERTAIN;
}

/* All was read: it is known again where everything is. */
static void end(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer], *from = &m->peer[p->other];

	p->flood = (struct flood){0};
	p->unread = 0;
	p->receive_queue_full = from->send_buffer_full = false;
	if (from->fin_held)
		segment_drain(m, p->other);
	else
		segment_wake(m, p->other, POLLOUT);
}

/* So many bytes were read, or down to least of them. What the window kept back has come then. */
static void take(struct model *m, int peer, long least, long most)
{
	struct peer *p = &m->peer[peer];

	p->unread -= least;
	p->flood.spread += most - least;
	bool more = p->unread > p->flood.spread;

	p->flood.queued = p->flood.queued > most + 1 ? p->flood.queued - most : more;
	if (!p->unread)
		end(m, peer);
	else
		m->lost |= !more; /* is anything left? */
}

/* Are there options or flags that make it another matter? After SHUT_RD it waits for nothing. */
static bool is_modelled(const struct peer *peer, const struct step *step)
{
	return !(step_flags(step) & ~(MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL)) &&
	       step_value(step, ARGUMENT_MAPPED, step->number[0]) >= step->number[0] &&
	       peer_option(peer, OPT_SO_RCVLOWAT) <= 1 && peer_option(peer, OPT_SO_PEEK_OFF) < 0 &&
	       !peer->shut_receive && !peer_has_timeout(peer, OPT_SO_RCVTIMEO);
}

/* With MSG_WAITALL it takes as much as was sent, or all of it up to the FIN. */
static void receive_all(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	long length = step->number[0], least = peer->unread - peer->flood.spread;

	if (length <= least) {
		answer_value(p, RULE_RECEIVE_QUEUED, RESULT_NUMBER, length);
		take(m, m->at[step->who], length, length);
	} else if (length >= peer->unread && m->peer[peer->other].fin_held) {
		answer_range(p, RULE_RECEIVE_DRAINED, least, peer->unread);
		end(m, m->at[step->who]);
	} else
		answer_lost(m, p);
}

void flood_receive(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	long flags = step_flags(step), length = step->number[0];
	long most = length < peer->unread ? length : peer->unread;
	long least = most <= peer->flood.queued ? most : 1;

	bool all = (flags & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL && !step_may_not_wait(m, step);

	if (!is_modelled(peer, step) ||
		(!all && flags & MSG_WAITALL && length > peer->flood.queued))
		answer_lost(m, p);
	else if (all)
		receive_all(m, step, p);
	else {
		answer_range(p, length == least ? RULE_RECEIVE_QUEUED : RULE_RECEIVE_PARTIAL, least,
			most);
		if (!(flags & MSG_PEEK))
			take(m, m->at[step->who], least, most);
	}
}
