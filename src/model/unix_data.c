#include "model/unix_data.h"

#include "model/answer.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

/* How much surely fits: SO_SNDBUF is 212992 at first, of which each buffer takes its truesize. */
enum { ROOM = 16384 };

/* Of what flags ask for, only these are modelled; nor are buffers of other parts, or that are not
 * there. */
static bool is_plain(const struct step *step, long flags)
{
	const enum argument *argument = step->operation->argument;

	for (int i = 0; i < step->word_count; i++)
		if (argument[i] == ARGUMENT_PARTS || argument[i] == ARGUMENT_MAPPED)
			return false;
	return !(step_flags(step) & ~flags);
}

static int take_error(struct peer *peer, struct prediction *p)
{
	int error = peer->error;

	answer_errno(p, RULE_UNIX_STORED_ERROR, error);
	p->cause = peer->cause;
	peer->error = 0;
	return error;
}

void unix_wake(struct model *m)
{
	for (int i = 0; i < ENDS; i++)
		m->pending[i].woken = true;
}

/* unix_stream_sendmsg() in the order of its tests; asleep it stands in sock_alloc_send_pskb(),
 * which looks for an error first, and raises no signal. */
void unix_send(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	bool slept = m->pending[step->who].retried;
	long length = step->number[0];

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (!is_plain(step, MSG_NOSIGNAL | MSG_DONTWAIT) || peer->state == TCP_LISTEN) {
		answer_lost(m, p);
		return;
	}
	if (!length && step->operation->id == OP_WRITEV)
		answer_value(p, RULE_SEND_NOTHING, RESULT_NUMBER, 0); /* the socket is not asked */
	else if (peer->other == NOBODY)
		answer_errno(p, RULE_UNIX_NO_PEER, ENOTCONN);
	else if (slept && peer->error)
		take_error(peer, p);
	else if (peer->shut_send) {
		answer_errno(p, RULE_UNIX_SEND_SHUT, EPIPE);
		if (!slept && !(step_flags(step) & MSG_NOSIGNAL) &&
			m->sigpipe[who_side(step->who)] != SIGPIPE_IGNORED)
			p->result.signal = SIGPIPE;
	} else if (!length)
		answer_value(p, RULE_UNIX_SEND, RESULT_NUMBER, 0);
	else if (peer->send_buffer_full && step_may_not_wait(m, step))
		answer_errno(p, RULE_SEND_FULL, EAGAIN);
	else if (peer->send_buffer_full)
		answer_blocks(m, step->who, 0, p);
	else if (m->peer[peer->other].unread + length > ROOM)
		answer_lost(m, p);
	else {
		m->peer[peer->other].unread += length;
		unix_wake(m);
		answer_value(p, RULE_UNIX_SEND, RESULT_NUMBER, length);
	}
}

void unix_fill(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	if (peer->other == NOBODY || peer->shut_send || peer->send_buffer_full ||
		!m->descriptors[step->who]) {
		answer_lost(m, p);
		return;
	}
	peer->send_buffer_full = m->peer[peer->other].receive_queue_full = true;
	m->peer[peer->other].unread += ROOM; /* at least */
	unix_wake(m);
	answer_value(p, RULE_FILL, RESULT_RELATION, 0);
	p->result.relation = GREATER;
}

/* unix_stream_read_generic() with an empty queue */
static void receive_nothing(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	if (peer->error)
		take_error(peer, p);
	else if (peer->shut_receive)
		answer_value(p, RULE_UNIX_RECEIVE_SHUT, RESULT_NUMBER, 0);
	else if (step_may_not_wait(m, step))
		answer_errno(p, RULE_RECEIVE_EMPTY, EAGAIN);
	else
		answer_blocks(m, step->who, 0, p);
}

void unix_receive(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	long length = step->number[0];

	if (answer_bad_descriptor(m, step->who, p))
		return;
	bool asks = length || step->operation->flags & THROUGH_VFS; /* recv(2) of 0 bytes waits */

	if (!is_plain(step, MSG_PEEK | MSG_DONTWAIT) || step_reads_until(step) ||
		peer->receive_queue_full || (!asks && peer->state == TCP_ESTABLISHED))
		answer_lost(m, p);
	else if (!length && step->operation->flags & THROUGH_VFS)
		answer_value(p, RULE_READ_ZERO, RESULT_NUMBER, 0);
	else if (peer->state != TCP_ESTABLISHED)
		answer_errno(p, RULE_UNIX_RECEIVE_NOT_CONNECTED, EINVAL);
	else if (!peer->unread)
		receive_nothing(m, step, p);
	else {
		long count = length < peer->unread ? length : peer->unread;

		if (!(step_flags(step) & MSG_PEEK)) {
			peer->unread -= count;
			peer->read_in_part = peer->unread;
		}
		unix_wake(m);
		answer_value(p, RULE_UNIX_RECEIVE, RESULT_NUMBER, count);
	}
}
