#include "model/unix.h"

#include "model/pending.h"
#include "model/queue.h"
#include "model/rules.h"
#include "model/unix_data.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { SNDBUF_USUAL = 212992 }; /* net.core.wmem_default */

/* unix_release_sock() of a socket that is no listener. embryo: nobody had accepted it. */
static enum rule release(struct model *m, int index, bool embryo)
{
	struct peer *peer = &m->peer[index];
	bool unread = peer->unread || peer->receive_queue_full;
	struct peer *other = peer->other == NOBODY ? NULL : &m->peer[peer->other];

	peer->orphan = true;
	if (other && !other->orphan) {
		other->shut_receive = other->shut_send = true;
		other->send_buffer_full = false; /* freed with this one's queue */
		if (unread || embryo) {
			other->error = ECONNRESET;
			other->cause = embryo ? "the listening socket was closed before anybody "
						"accepted the connection"
					      : "the other end was closed with data unread";
		}
	}
	peer->unread = 0;
	unix_wake(m);
	return unread ? RULE_UNIX_CLOSE_UNREAD : RULE_UNIX_CLOSE;
}

static enum rule close_last(struct model *m, int index)
{
	int queued;

	if (m->peer[index].state != TCP_LISTEN)
		return release(m, index, false);
	while ((queued = queue_first(m, index)) != NOBODY) {
		release(m, queued, true);
		m->peer[queued].queued = false;
	}
	m->peer[index].state = TCP_CLOSE;
	m->peer[index].orphan = true;
	unix_wake(m);
	return RULE_UNIX_CLOSE_LISTEN;
}

static bool is_waited_for(const struct model *m, int index)
{
	for (int i = 0; i < ENDS; i++)
		if (m->pending[i].there && !m->pending[i].finished && m->pending[i].on == index)
			return true;
	return false;
}

static void close_descriptor(struct model *m, const struct step *step, struct prediction *p)
{
	int index = m->at[step->who];

	if (answer_bad_descriptor(m, step->who, p))
		return;
	m->closed[step->who]++;
	if (--m->descriptors[step->who]) {
		answer_value(p, RULE_CLOSE_DUPLICATE, RESULT_NUMBER, 0);
		return;
	}
	m->registration[step->who].there = false;
	if (is_waited_for(m, index)) {
		answer_lost(m, p); /* the call that waits holds the file */
		return;
	}
	answer_value(p, close_last(m, index), RESULT_NUMBER, 0);
}

static void end_process(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	m->lost |= !m->process || m->pending[SERVER].there;
	if (!m->peer[THE_LISTENER].orphan)
		close_last(m, THE_LISTENER);
	if (m->at[SERVER] != THE_LISTENER && m->descriptors[SERVER])
		close_last(m, m->at[SERVER]);
	m->process = false;
	m->descriptors[SERVER] = 0;
	m->registration[SERVER] = (struct registration){0};
	answer_value(p, RULE_EXIT, RESULT_DONE, 0);
}

/* The connection, in the listening socket's queue. */
static void connect_now(struct model *m, enum who who, struct prediction *p)
{
	int queued = queue_has_room(m, THE_LISTENER) ? queue_add(m, THE_LISTENER) : NOBODY;
	struct peer *peer = peer_of(m, who);

	if (queued == NOBODY || peer->shut_receive || peer->shut_send) {
		answer_lost(m, p);
		return;
	}
	peer->state = m->peer[queued].state = TCP_ESTABLISHED;
	peer->other = queued;
	m->peer[queued].other = m->at[who];
	unix_wake(m);
	answer_value(p, RULE_UNIX_CONNECT, RESULT_NUMBER, 0);
}

/* unix_stream_connect(), in the order of its tests */
static void connect_to_listener(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (step_disconnects(step))
		answer_errno(p, RULE_UNIX_ADDRESS, EINVAL);
	else if (step_names_end(step) || peer->state == TCP_LISTEN)
		answer_lost(m, p);
	else if (m->peer[THE_LISTENER].state != TCP_LISTEN)
		answer_errno(p, RULE_UNIX_REFUSED, ECONNREFUSED);
	else if (peer->state != TCP_CLOSE)
		answer_errno(p, RULE_UNIX_CONNECTED, EISCONN);
	else
		connect_now(m, step->who, p);
}

/* unix_accept() */
static void accept_first(struct model *m, const struct step *step, struct prediction *p)
{
	const struct pending *pending = &m->pending[step->who];
	bool open = m->descriptors[step->who] || pending->retried;
	int queued = queue_first(m, THE_LISTENER);

	if (!open)
		answer_errno(p, RULE_BAD_DESCRIPTOR, EBADF);
	else if (m->at[step->who] != THE_LISTENER)
		answer_errno(p, RULE_ACCEPT_NOT_LISTENING, EINVAL);
	else if (m->peer[THE_LISTENER].state != TCP_LISTEN || m->descriptors[step->who] > 1)
		answer_lost(m, p);
	else if (queued != NOBODY) {
		queue_take(m, queued, THE_SERVER);
		m->at[step->who] = THE_SERVER;
		m->registration[step->who].there = false; /* it was the listening socket's */
		m->fresh &= ~(1u << step->who);
		m->accepted |= 1u << step->who;
		answer_value(p, RULE_ACCEPT, RESULT_NUMBER, 0);
	} else if (m->peer[THE_LISTENER].nonblocking && !pending->retried)
		answer_errno(p, RULE_ACCEPT_EMPTY, EAGAIN);
	else
		answer_blocks(m, step->who, 0, p);
}

/* unix_shutdown(): of a socket that is not connected, too */
static void shut(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	bool receive = step->number[0] != SHUT_WR, send = step->number[0] != SHUT_RD;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (peer->state == TCP_LISTEN) {
		answer_lost(m, p);
		return;
	}
	peer->shut_receive |= receive;
	peer->shut_send |= send;
	if (peer->other != NOBODY && !m->peer[peer->other].orphan) {
		m->peer[peer->other].shut_send |= receive;
		m->peer[peer->other].shut_receive |= send;
	}
	unix_wake(m);
	answer_value(p, RULE_UNIX_SHUTDOWN, RESULT_NUMBER, 0);
}

static void get_option(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (step->option->form != OPTION_ERRNO) {
		answer_lost(m, p);
		return;
	}
	p->cause = NULL;
	answer_value(p, RULE_SO_ERROR, RESULT_ERRNO, peer->error);
	if (peer->error)
		p->cause = peer->cause;
	peer->error = 0;
}

/* Those that unix_stream_sendmsg(), unix_stream_read_generic() and unix_release_sock() do not look
 * at; a send buffer that is no smaller than it was. */
static void set_option(struct model *m, const struct step *step, struct prediction *p)
{
	enum option_id id = step->option->id;
	bool idle = id == OPT_SO_LINGER || id == OPT_SO_KEEPALIVE || id == OPT_SO_REUSEADDR ||
		    id == OPT_SO_RCVBUF || (id == OPT_SO_SNDBUF && step->number[1] >= SNDBUF_USUAL);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (idle)
		answer_value(p, RULE_OPTION, RESULT_NUMBER, 0);
	else
		answer_lost(m, p);
}

/* Level-triggered, which is what a poll(2) for the same gives. */
static void wait_for_events(struct model *m, const struct step *step, struct prediction *p)
{
	const struct registration *r = &m->registration[step->who];
	const struct pending *pending = &m->pending[step->who];
	long events = r->there ? peer_events(m, m->at[step->who]) & r->events : 0;

	if (!r->instance || (r->there && r->events & (EPOLLET | EPOLLONESHOT)))
		answer_lost(m, p);
	else if (!events && pending->asked)
		answer_blocks(m, step->who, 0, p);
	else
		answer_value(p, RULE_EPOLL_LEVEL, RESULT_EPOLL, events);
}

/* From 6.17 on (f4e1fb04c123) until 7.0 and, as measured, 6.18.44 a segment that was read in part
 * counts as a whole; which was is not known here. */
static bool counts_segments(const struct model *m, const struct peer *peer)
{
	bool mended = m->kernel.major == 6 && m->kernel.minor == 18 && m->kernel.patch >= 44;

	return peer->read_in_part && !version_before(m->kernel, 6, 17) &&
	       version_before(m->kernel, 7, 0) && !mended;
}

/* unix_inq_len() */
static void queue_length(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (peer->receive_queue_full || peer->state == TCP_LISTEN || counts_segments(m, peer))
		answer_unknown(p);
	else
		answer_value(p, RULE_INQ, RESULT_NUMBER, peer->unread);
}

static void await_events(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);
	bool there =
		step->target == TARGET_EVENTS
			? (peer_events(m, m->at[step->who]) & step->number[0]) == step->number[0]
			: step->target == TARGET_INQ && peer->unread == step->number[0] &&
				  !counts_segments(m, peer);

	if (there && m->descriptors[step->who])
		answer_value(p, RULE_AWAIT, RESULT_DONE, 0);
	else
		answer_lost(m, p);
}

static void join(struct model *m, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];

	if (!pending->there || !pending->finished) {
		answer_lost(m, p);
		return;
	}
	*p = (struct prediction){pending->result, pending->rule, pending->cause};
	pending->there = false;
}

static void unknown(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	answer_lost(m, p);
}

model_operation *unix_rule(enum operation_id id)
{
	static model_operation *const rules[OPERATION_COUNT] = {
		[OP_CONNECT] = connect_to_listener,
		[OP_ACCEPT] = accept_first,
		[OP_WRITE] = unix_send,
		[OP_WRITEV] = unix_send,
		[OP_SEND] = unix_send,
		[OP_SENDMSG] = unix_send,
		[OP_FILL] = unix_fill,
		[OP_READ] = unix_receive,
		[OP_READV] = unix_receive,
		[OP_RECV] = unix_receive,
		[OP_RECVMSG] = unix_receive,
		[OP_SHUTDOWN] = shut,
		[OP_CLOSE] = close_descriptor,
		[OP_DUP] = model_dup,
		[OP_EXIT] = end_process,
		[OP_KILL] = end_process,
		[OP_POLL] = model_poll,
		[OP_SELECT] = model_select,
		[OP_EPOLL_CTL] = model_epoll_ctl,
		[OP_EPOLL_WAIT] = wait_for_events,
		[OP_GETSOCKOPT] = get_option,
		[OP_SETSOCKOPT] = set_option,
		[OP_FCNTL] = model_fcntl,
		[OP_GETPEERNAME] = model_getpeername,
		[OP_INQ] = queue_length,
		[OP_AWAIT] = await_events,
		[OP_JOIN] = join,
		[OP_SLEEPS] = model_sleeps,
		[OP_SIGPIPE] = model_sigpipe,
	};

	return rules[id] ? rules[id] : unknown;
}
