#include "model/answer.h"
#include "model/port.h"
#include "model/queue.h"
#include "model/segment.h"
#include "model/transit.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>

static void tally(struct model *m, enum counted counted)
{
	if (m->counted[counted] != UNCERTAIN)
		m->counted[counted]++;
}

int peer_take_error(struct peer *peer)
{
	int error = peer->error;

	peer->error = 0;
	return error;
}

/* inet_csk_wait_for_connect(): prepare_to_wait_exclusive(): of those who wait in accept(2) the
 * first alone is woken. */
static struct pending *first_acceptor(struct model *m, int peer)
{
	struct pending *first = NULL;

	for (int who = 0; who < ENDS; who++) {
		struct pending *p = &m->pending[who];

		if (p->on == peer && p->there && !p->finished && !p->woken &&
			p->step.operation->id == OP_ACCEPT && (!first || p->since < first->since))
			first = p;
	}
	return first;
}

/* sock_def_wakeup(), and it alone, wakes all of them. Who goes on waiting then is behind whoever
 * did so sooner: the first is any of them. */
static void wake_pending(struct model *m, int peer, bool all)
{
	struct pending *acceptor = first_acceptor(m, peer);
	int acceptors = 0;

	for (int who = 0; who < ENDS; who++) {
		struct pending *p = &m->pending[who];

		if (!p->there || p->on != peer)
			continue;
		acceptors += !p->finished && p->step.operation->id == OP_ACCEPT;
		p->woken |= all || p->step.operation->id != OP_ACCEPT;
	}
	if (acceptor)
		acceptor->woken = true;
	m->lost |= all && acceptors > 1 && m->peer[peer].state == TCP_LISTEN;
}

/* ep_poll_callback(): a wakeup puts what is registered on the ready list, unless the event is not
 * asked for. EPOLLONESHOT leaves nothing asked for. */
void segment_wake(struct model *m, int peer, long events)
{
	wake_pending(m, peer, !events);
	for (int who = 0; who < ENDS; who++) {
		struct registration *r = &m->registration[who];

		if (r->there && r->peer == peer && r->events && (!events || r->events & events))
			r->listed = true;
	}
}

void segment_close_state(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	if (p->state == TCP_ESTABLISHED || p->state == TCP_CLOSE_WAIT)
		tally(m, ESTAB_RESETS);
	if (p->state != TCP_CLOSE) /* tcp_disconnect() sets no state that is there */
		port_release(p);
	p->state = TCP_CLOSE;
	p->fin_ack_pending = p->fin_held = p->in_flight = p->ack_lost = false;
	p->unanswered = p->deferred = false;
}

void segment_complete(struct peer *p)
{
	if (p->completions == UNCERTAIN)
		p->completions = 1; /* several merge: skb_zerocopy_notify_extend() */
}

void segment_end_connection(struct model *m, int peer, int error, const char *cause)
{
	struct peer *p = &m->peer[peer];

	if (p->state == TCP_SYN_SENT || p->state == TCP_SYN_RECV)
		tally(m, ATTEMPT_FAILS);
	segment_close_state(m, peer);
	p->shut_receive = p->shut_send = true;
	/* how much had come by then? */
	m->lost |= p->flood.there || m->peer[p->other].flood.there;
	p->purged |= p->send_buffer_full;
	p->send_buffer_full = false;
	p->held_back = 0;
	segment_complete(p);
	if (error) {
		p->error = error;
		p->cause = cause;
	}
	segment_wake(m, peer, 0);
}

bool state_needs_reset(int state)
{
	return state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT || state == TCP_FIN_WAIT1 ||
	       state == TCP_FIN_WAIT2 || state == TCP_SYN_RECV;
}

/* tcp_reset(): a RST in CLOSE_WAIT stores EPIPE, in SYN_SENT ECONNREFUSED, elsewhere ECONNRESET.
 * RFC 9293 3.10.7.4 has "connection reset" for all but SYN_SENT. In CLOSE it is ignored. */
static void receive_rst(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	p->time_wait = false; /* tcp_timewait_state_process() */
	if (p->request) {     /* tcp_check_req() drops the request */
		*p = (struct peer){.state = TCP_CLOSE, .other = NOBODY};
		return;
	}
	if (p->state == TCP_CLOSE)
		return;
	if (p->state == TCP_CLOSE_WAIT)
		segment_end_connection(
			m, peer, EPIPE, "a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE");
	else
		segment_end_connection(m, peer, ECONNRESET,
			"a RST came, and not in CLOSE_WAIT, so tcp_reset() stored ECONNRESET");
}

bool segment_looks_for_route(const struct model *m)
{
	if (m->network)
		return false; /* it is up at either end, whatever is lost in between */
	switch (family_network(m->family)) {
	case NETWORK_IPV6:
		return true;
	case NETWORK_IPV4:
	case NETWORK_NONE:
		break;
	}
	return false;
}

/* inet6_csk_xmit() stores why there is no route. */
static void find_no_route(struct model *m, int peer)
{
	if (segment_looks_for_route(m))
		m->peer[peer].soft = ENETUNREACH;
}

void segment_send_rst(struct model *m, int peer)
{
	int other = m->peer[peer].other;

	tally(m, OUT_RSTS); /* tcp_send_active_reset() counts it before it is lost */
	m->lost |= m->out_of_step;
	if (m->link_down)
		find_no_route(m, peer);
	else if (!transit_loses(m, peer, SEGMENT_RST) && !m->resets)
		receive_rst(m, other);
}

void segment_answer_no_socket(struct model *m, int peer)
{
	m->lost |= transit_loses(m, peer == THE_CLIENT ? THE_SERVER : THE_CLIENT, SEGMENT_ANSWER);
	tally(m, OUT_RSTS);
	receive_rst(m, peer);
}

/* The request becomes a connection with the first segment that carries anything. */
static void end_deferral(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	if (!p->request)
		return;
	m->lost |= !queue_has_room(m, p->listener); /* net.ipv4.tcp_abort_on_overflow decides */
	p->request = false;
	segment_wake(m, p->listener, EPOLLIN);
}

/* tcp_fin(), and the acknowledgement that from's FIN gets. */
static void receive_fin(struct model *m, int peer, int from)
{
	struct peer *p = &m->peer[peer], *f = &m->peer[from];

	end_deferral(m, peer);
	if (p->state == TCP_CLOSE) {
		segment_answer_no_socket(m, from);
		return;
	}
	p->shut_receive = p->done = true;
	if (p->fin_held) { /* the FINs cross (RFC 9293 3.6, figure 13); ACK at once */
		p->state = TCP_CLOSING;
		f->fin_ack_pending = true;
		segment_ack_fin(m, from);
		segment_wake(m, peer, 0);
		return;
	}
	if (p->state == TCP_ESTABLISHED) {
		p->state = TCP_CLOSE_WAIT; /* pingpong mode: the ACK is delayed */
		f->fin_ack_pending = true;
		f->unacknowledged = UNCERTAIN;
		segment_wake(m, peer, 0);
		return;
	}
	/* FIN_WAIT1 or FIN_WAIT2, and this FIN acknowledges ours: tcp_time_wait(), ACK at once. */
	p->unacknowledged = f->unacknowledged = 0;
	segment_end_connection(m, peer, 0, NULL);
	p->time_wait = true;
	f->time_wait = f->state == TCP_CLOSING;
	segment_end_connection(m, from, 0, NULL);
}

void segment_inject_rst(struct model *m, int peer)
{
	receive_rst(m, peer);
}

void segment_inject_fin(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	p->shut_receive = p->done = true;
	p->state = TCP_CLOSE_WAIT;
	m->out_of_step = true;
	segment_wake(m, peer, 0);
}

void segment_send_fin(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];
	bool lost = !m->link_down && transit_loses(m, peer, SEGMENT_FIN);

	m->lost |= m->out_of_step || (lost && (p->send_buffer_full || p->held_back));
	m->resuming |= lost;
	p->fin_held = p->send_buffer_full || m->link_down || lost;
	if (m->link_down || lost)
		segment_lose(m, peer);
	if (p->held_back && !p->fin_held)
		segment_send_data(m, peer, 0); /* tcp_send_fin() pushes what was held */
	if (p->fin_held && p->send_buffer_full)
		p->unacknowledged = UNCERTAIN;
	else if (p->fin_held)
		p->unacknowledged += p->unacknowledged == UNCERTAIN ? 0 : 1;
	else if (p->state != TCP_CLOSE && m->resets)
		receive_rst(m, peer);
	else if (p->state != TCP_CLOSE)
		receive_fin(m, p->other, peer);
}

void segment_drain(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer], *other = &m->peer[p->other];

	other->unread = 0;
	other->receive_queue_full = p->send_buffer_full = p->fin_held = false;
	receive_fin(m, p->other, peer);
}

/* The RST with which data is answered that nobody can read any more. A socket is reset itself
 * (tcp_rcv_state_process(): TCPAbortOnData); a time-wait entry goes, or stays (RFC 1337); for no
 * socket there is nothing to do. An orphan may be either, when its FIN's acknowledgement is
 * delayed. */
static void refuse_data(struct model *m, int peer, int from)
{
	struct peer *p = &m->peer[peer];

	if (p->state != TCP_CLOSE && p->orphan && !p->time_wait_fin_wait2)
		m->counted[ABORT_ON_DATA] = UNCERTAIN;
	else if (p->state != TCP_CLOSE && !p->orphan)
		tally(m, ABORT_ON_DATA);
	if (p->fin_ack_pending)
		m->counted[OUT_RSTS] =
			UNCERTAIN; /* an acknowledgement that data overtakes gets one, too */
	if (p->orphan)
		segment_close_state(m, peer);
	else
		receive_rst(m, peer);
	p->time_wait = false;
	tally(m, OUT_RSTS);
	m->lost |= transit_loses(m, from == THE_CLIENT ? THE_SERVER : THE_CLIENT,
		SEGMENT_ANSWER); /* the data is sent again, and answered */
	receive_rst(m, from);
}

/* Data below SO_RCVLOWAT wakes nobody by itself (tcp_data_ready()). When it acknowledges the FIN,
 * too, that wakes a call that receives (sk_state_change()), unless a delayed acknowledgement had
 * come before and woken it when there was no data. */
static bool may_wake_by_ack(const struct model *m, int peer)
{
	const struct peer *p = &m->peer[peer];
	bool sleeps = false;

	for (int who = 0; who < ENDS; who++)
		sleeps |= m->pending[who].on == peer && m->pending[who].there &&
			  !m->pending[who].finished &&
			  m->pending[who].step.operation->flags & RECEIVES;
	return sleeps && p->fin_ack_pending && p->unread < peer_option(p, OPT_SO_RCVLOWAT);
}

/* tcp_data_queue() */
bool segment_send_data(struct model *m, int peer, long length)
{
	struct peer *from = &m->peer[peer], *p = &m->peer[from->other];

	if (from->unacknowledged != UNCERTAIN)
		from->unacknowledged += length; /* what was held counts already */
	length += from->held_back;
	from->held_back = 0;
	if (!length)
		return true;
	bool lost = !m->link_down && transit_loses(m, peer, SEGMENT_DATA);

	m->lost |= m->out_of_step;
	m->resuming |= lost;
	if (m->link_down || lost) {
		segment_lose(m, peer);
		from->held_back = length; /* until it is sent again */
		return true;
	}
	if (m->resets) {
		receive_rst(m, peer);
		return false;
	}
	if (p->state == TCP_CLOSE || (p->shut_receive && p->state != TCP_ESTABLISHED)) {
		refuse_data(m, from->other, peer); /* a RST acknowledges nothing */
		return false;
	}
	from->unacknowledged = UNCERTAIN;
	p->unread += length;
	end_deferral(m, from->other);
	m->lost |= may_wake_by_ack(m, from->other);
	segment_ack_fin(m, from->other); /* the segment acknowledges the other end's FIN, too */
	if (p->unread >= peer_option(p, OPT_SO_RCVLOWAT))
		segment_wake(m, from->other, EPOLLIN);
	return true;
}

/* tcp_rcv_state_process(): FIN_WAIT1 becomes FIN_WAIT2. With TCP_LINGER2 below 0 an orphan is not
 * kept there: the acknowledgement is answered with RST. */
void segment_ack_fin(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	if (!p->fin_ack_pending)
		return;
	p->state = TCP_FIN_WAIT2;
	p->fin_ack_pending = false;
	p->unacknowledged = 0;
	segment_complete(p);
	p->shut_send = true;
	if (p->orphan && peer_option(p, OPT_TCP_LINGER2) < 0) {
		tally(m, ABORT_ON_DATA);
		segment_close_state(m, peer);
		tally(m, OUT_RSTS);
		receive_rst(m, p->other);
	} else if (!p->orphan)
		segment_wake(m, peer, 0);
}

bool segment_awaits_ack(const struct peer *p)
{
	return p->fin_ack_pending ||
	       (p->unacknowledged == UNCERTAIN && !p->send_buffer_full && !p->in_flight &&
		       (p->state == TCP_ESTABLISHED || p->state == TCP_CLOSE_WAIT ||
			       p->state == TCP_FIN_WAIT2));
}

void segment_acknowledge(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	segment_ack_fin(m, peer);
	if (!segment_awaits_ack(p))
		return;
	p->unacknowledged = 0;
	if (p->completions == UNCERTAIN)
		segment_wake(m, peer, POLLERR);
	segment_complete(p);
}

void segment_lose_ack(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	p->in_flight = p->ack_lost = true;
	p->fin_ack_pending = false;
}

/* With the link down nothing arrives; with it up nobody may answer. */
void segment_lose(struct model *m, int peer)
{
	m->peer[peer].in_flight = true;
	if (m->link_down)
		find_no_route(m, peer);
}

/* It arrives a second time: the acknowledgement is sent again (tcp_data_queue(): DUPLICATESEGMENT),
 * or a RST by a kernel that has no socket for it any more. False when that ends the connection. */
static bool send_what_had_arrived(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	p->ack_lost = false;
	if (m->peer[p->other].state == TCP_CLOSE) {
		segment_answer_no_socket(m, peer);
		return false;
	}
	p->fin_ack_pending = p->state == TCP_FIN_WAIT1;
	segment_acknowledge(m, peer);
	return true;
}

/* tcp_retransmit_timer(), once the link is up again */
void segment_send_again(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	/* The next one is lost, too. */
	m->lost |= m->losses[peer == THE_CLIENT][SEGMENT_DATA] ||
		   m->losses[peer == THE_CLIENT][SEGMENT_FIN];
	p->in_flight = false;
	p->soft = 0; /* tcp_ack() */
	if (p->ack_lost && !send_what_had_arrived(m, peer))
		return;
	if (p->held_back)
		segment_send_data(m, peer, 0);
	if (p->fin_held)
		segment_send_fin(m, peer);
}
