#include "model/urgent_call.h"

#include "model/answer.h"
#include "model/queue.h"
#include "model/room.h"
#include "model/segment.h"
#include "model/urgent.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* tcp_poll() reads urg_data and rcv_nxt without the lock: between the two a call that looks, and
 * was woken by the first, may see one without the other. io_uring polls, too. */
static bool may_be_looked_at(const struct model *m, int peer)
{
	for (int who = 0; who < ENDS; who++) {
		const struct pending *p = &m->pending[who];

		if (p->there && !p->finished && p->on == peer &&
			(!(p->step.operation->flags & RECEIVES) || step_is_of_uring(&p->step) ||
				step_reads_until(&p->step)))
			return true;
		if (p->there && !p->finished && p->step.operation->id == OP_EPOLL_WAIT)
			return true;
	}
	return false;
}

bool urgent_can_be_sent(const struct model *m, const struct step *step, long length)
{
	static const long others = MSG_ZEROCOPY | MSG_FASTOPEN | MSG_MORE;
	const struct peer *peer = &m->peer[m->at[step->who]], *other = &m->peer[peer->other];

	return length <= CAPACITY && !(step_flags(step) & others) && !m->link_down && !m->network &&
	       !m->resuming && !peer->held_back && !peer_option(peer, OPT_TCP_CORK) &&
	       !peer->send_buffer_full && !other->flood.there && !queue_has_request(m) &&
	       /* one that has no use for data any more sees the urgent pointer all the same */
	       (other->state == TCP_ESTABLISHED || other->orphan || !other->shut_receive) &&
	       !may_be_looked_at(m, peer->other);
}

void urgent_arrive(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];

	if (urgent_is_passed_over(p)) {
		stream_drop(&p->stream, 1);
		p->unread--;
	}
	p->urgent = (struct urgent){.there = true, .at = p->unread - 1};
	segment_wake(m, peer, EPOLLIN | EPOLLPRI);
}

void urgent_receive(struct peer *peer, const struct step *step, struct prediction *p)
{
	bool mapped = step_value(step, ARGUMENT_MAPPED, 1) || step_flags(step) & MSG_TRUNC;

	if (peer->state == TCP_LISTEN)
		answer_errno(p, RULE_RECEIVE_NOT_URGENT, ENOTCONN);
	else if (!peer->urgent.there || peer->urgent.taken || peer_option(peer, OPT_SO_OOBINLINE))
		answer_errno(p, RULE_RECEIVE_NOT_URGENT, EINVAL);
	else if (peer->state == TCP_CLOSE && !peer->done)
		answer_errno(p, RULE_RECEIVE_NOT_CONNECTED, ENOTCONN);
	else {
		peer->urgent.taken = !(step_flags(step) & MSG_PEEK);
		if (step->number[0] && !mapped)
			answer_errno(p, RULE_RECEIVE_FAULT, EFAULT);
		else
			answer_value(p, RULE_RECEIVE_URGENT, RESULT_NUMBER, step->number[0] > 0);
	}
}
