/*
 * rules_send: the model's rules of every call that sends.
 */
#include "model/fastopen.h"
#include "model/flood.h"
#include "model/room.h"
#include "model/rules.h"
#include "model/segment.h"
#include "model/urgent_call.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

/* One segment may be queued on top of a full send buffer. */
enum { SEGMENT = 65536 };

/* Of a call that waited for room: what it had queued by then. */
static void answer_partial(const struct step *step, struct prediction *p)
{
	answer_range(p, RULE_SEND_PARTIAL, 1, step->number[0]);
}

/* sk_stream_error(): EPIPE gives way to a stored error; what is EPIPE in the end raises SIGPIPE. */
static void send_fail(
	struct model *m, const struct step *step, bool silent, enum rule rule, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	const struct pending *pending = &m->pending[step->who];

	if (pending->retried && pending->got) {
		answer_partial(step, p);
		return;
	}
	int error = peer_take_error(peer);

	answer_errno(p, error ? RULE_SEND_STORED_ERROR : rule, error ? error : EPIPE);
	p->cause = error ? peer->cause : NULL;
	if (p->result.value == EPIPE && m->sigpipe[who_side(step->who)] != SIGPIPE_IGNORED &&
		!silent)
		p->result.signal = SIGPIPE;
}

/* sk_stream_wait_memory() */
static void wait_for_memory(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	if (step_may_not_wait(m, step))
		answer_errno(p, RULE_SEND_FULL, EAGAIN);
	else
		answer_blocks(
			m, step->who, peer_has_timeout(peer, OPT_SO_SNDTIMEO) ? EAGAIN : 0, p);
}

/* The send buffer is full, and the other end's receive queue; its window is closed. */
static void fill_up(struct model *m, struct peer *peer)
{
	struct peer *other = &m->peer[peer->other];

	peer->send_buffer_full = other->receive_queue_full = true;
	peer->unacknowledged = UNCERTAIN;
	other->unread += room_to_read(m, peer->other);
	stream_forget(&other->stream);
	segment_ack_fin(m, peer->other);
	segment_wake(m, peer->other, POLLIN);
}

/* Nobody can tell how much fits, but that this does not: each buffer is twice what was asked for
 * (sk_setsockopt()), or the least that there is, which is less than CAPACITY. */
static bool overfills(const struct model *m, const struct peer *peer, long length)
{
	const struct peer *other = &m->peer[peer->other];

	return peer_option(peer, OPT_SO_SNDBUF) && peer_option(other, OPT_SO_RCVBUF) &&
	       !m->link_down && !m->forgotten && !m->out_of_step && !other->orphan &&
	       !other->urgent.there && other->state == TCP_ESTABLISHED &&
	       length > 2 * (peer_option(peer, OPT_SO_SNDBUF) + peer_option(other, OPT_SO_RCVBUF)) +
				CAPACITY + SEGMENT;
}

/* A write of more than there is room for: some is queued, and it waits with the rest. */
static void queue_some(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	fill_up(m, peer);
	if (step_may_not_wait(m, step) || peer_has_timeout(peer, OPT_SO_SNDTIMEO)) {
		answer_partial(step, p);
		return;
	}
	m->pending[step->who].got = 1; /* at least */
	m->lost |= !m->pending[step->who].there;
	answer_blocks(m, step->who, 0, p);
}

/* What is sent stands behind what the other end has not read. */
static void append(struct model *m, const struct step *step, long length)
{
	struct peer *peer = peer_of(m, step->who), *other = &m->peer[peer->other];
	struct payload text;

	if (!other->unread && !peer->held_back && !other->stream.taken)
		stream_clear(&other->stream);
	step_payload(step, &text);
	stream_append(&other->stream, &text, length);
}

/* Does a call in the background at the other end wait for all that stands before it by then? It
 * takes the bytes as they come, so that whatever the buffers are, a call that may wait sends them
 * all: tcp_recvmsg_locked(): MSG_WAITALL, sk_stream_wait_memory(). */
static bool is_read_meanwhile(struct model *m, const struct step *step, long length)
{
	struct peer *peer = peer_of(m, step->who), *other = &m->peer[peer->other];
	const struct pending *reader = peer_pending(m, peer->other);

	return !m->link_down && !step_is_of_uring(step) && !other->urgent.there &&
	       !step_may_not_wait(m, step) && !peer_has_timeout(peer, OPT_SO_SNDTIMEO) && reader &&
	       reader->step.operation->flags & RECEIVES &&
	       (step_flags(&reader->step) & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL &&
	       !peer_has_timeout(other, OPT_SO_RCVTIMEO) &&
	       reader->step.number[0] - reader->got >= other->unread + peer->held_back + length;
}

/* What TCP_CORK or MSG_MORE holds back is sent once a segment is full: how long that is depends on
 * the other end's window (tcp_bound_to_half_wnd()). */
static bool holds_back(const struct peer *peer, const struct step *step)
{
	return peer_option(peer, OPT_TCP_CORK) || step_flags(step) & MSG_MORE;
}

static bool may_be_held_back(struct model *m, const struct step *step, long length)
{
	const struct peer *peer = peer_of(m, step->who);

	return peer->held_back + length <= CAPACITY &&
	       !peer_option(&m->peer[peer->other], OPT_SO_RCVBUF);
}

/* Does the call wait for room as long as that takes? */
static bool waits_for_room(struct model *m, const struct step *step)
{
	return !step_may_not_wait(m, step) &&
	       !peer_has_timeout(peer_of(m, step->who), OPT_SO_SNDTIMEO);
}

/* Does it all fit into the other end's receive queue, and is this on its way there? */
static bool arrives(struct model *m, const struct step *step, long length)
{
	int index = m->at[step->who], other = m->peer[index].other;
	long total = room_taken(m, index) + length;

	return !m->peer[other].flood.there && total <= room_to_read(m, other) &&
	       ((waits_for_room(m, step) && !m->link_down) || total <= room_to_queue(m, index));
}

/* What does not surely fit. */
static void queue_much(struct model *m, const struct step *step, long length, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);
	bool plain = !holds_back(peer, step) && !(step_flags(step) & MSG_ZEROCOPY);

	if (plain && flood_can_begin(m, step))
		flood_send(m, step, length, waits_for_room(m, step), p);
	else
		answer_lost(m, p);
}

/* What reaches the other end, or is held back. */
static void queue(struct model *m, const struct step *step, long length, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	enum rule rule = RULE_SEND_HELD;
	bool urgent = length && step_flags(step) & MSG_OOB;

	if (urgent && !urgent_can_be_sent(m, step, length)) {
		answer_lost(m, p);
		return;
	}
	if (length && !arrives(m, step, length) && !is_read_meanwhile(m, step, length)) {
		queue_much(m, step, length, p);
		return;
	}
	if (holds_back(peer, step) && !may_be_held_back(m, step, length)) {
		answer_lost(m, p);
		return;
	}
	append(m, step, length);
	if (peer_option(peer, OPT_SO_ZEROCOPY) && step_flags(step) & MSG_ZEROCOPY && length)
		peer->completions = UNCERTAIN; /* until the data was acknowledged */
	if (holds_back(peer, step)) {
		peer->held_back += length;
		peer->unacknowledged += peer->unacknowledged == UNCERTAIN ? 0 : length;
	} else if (m->link_down && length) {
		segment_send_data(m, m->at[step->who], length);
		rule = RULE_SEND_LINK_DOWN;
	} else
		rule = segment_send_data(m, m->at[step->who], length) ? RULE_SEND_QUEUED
								      : RULE_SEND_ANSWERED_RST;
	if (urgent && rule == RULE_SEND_QUEUED)
		urgent_arrive(m, peer->other);
	answer_value(p, rule, RESULT_NUMBER, length);
}

/* Behind so many bytes of the buffer there is none. It is known what happens when all that is
 * copied at once meets that end: the first page fragment has room for FRAGMENT bytes at least
 * (skb_page_frag_refill()), and what does not begin is not copied in part. */
enum { FRAGMENT = 32 };

static bool is_unmapped(const struct step *step)
{
	return step_value(step, ARGUMENT_MAPPED, step->number[0]) < step->number[0];
}

static void send_unmapped(struct model *m, const struct step *step, struct prediction *p)
{
	bool whole = !peer_of(m, step->who)->held_back && step->number[0] <= FRAGMENT;

	if (step_flags(step) & MSG_ZEROCOPY || (step_value(step, ARGUMENT_MAPPED, 0) && !whole))
		answer_lost(m, p); /* how much is queued depends on where the fragment ends */
	else
		answer_errno(p, RULE_SEND_FAULT, EFAULT);
}

/* tcp_sendmsg_locked(): the order of its tests. */
static void send_bytes(struct model *m, const struct step *step, bool silent, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	const struct pending *pending = &m->pending[step->who];
	long length = step->number[0], flags = step_flags(step);

	if (fastopen_opens(m, step)) {
		if (fastopen_open(m, step, p))
			queue(m, step, length, p);
	} else if (peer->state == TCP_SYN_SENT && step_may_not_wait(m, step))
		answer_errno(p, RULE_SEND_FULL, EAGAIN);
	else if (peer->state == TCP_SYN_SENT)
		answer_blocks(
			m, step->who, peer_has_timeout(peer, OPT_SO_SNDTIMEO) ? EAGAIN : 0, p);
	else if (peer->state != TCP_ESTABLISHED && peer->state != TCP_CLOSE_WAIT)
		send_fail(m, step, silent, RULE_SEND_NOT_CONNECTED, p);
	else if (peer->shut_send)
		send_fail(m, step, silent, RULE_SEND_SHUT, p);
	else if (peer->send_buffer_full && length && !m->peer[peer->other].flood.there)
		wait_for_memory(m, step, p);
	else if (is_unmapped(step))
		send_unmapped(m, step, p);
	else if (pending->retried && pending->got == length && length)
		answer_value(p, RULE_SEND_QUEUED, RESULT_NUMBER, length);
	else if (!(flags & MSG_OOB) && overfills(m, peer, length) &&
		 !is_read_meanwhile(m, step, length))
		queue_some(m, step, p);
	else
		queue(m, step, length, p);
}

void model_send(struct model *m, const struct step *step, struct prediction *p)
{
	if (!answer_bad_descriptor(m, step->who, p))
		send_bytes(m, step, step_flags(step) & MSG_NOSIGNAL, p);
}

/* ___sys_sendmsg() */
void model_sendmsg(struct model *m, const struct step *step, struct prediction *p)
{
	if (!answer_bad_descriptor(m, step->who, p) && !answer_many_parts(step, EMSGSIZE, p))
		send_bytes(m, step, step_flags(step) & MSG_NOSIGNAL, p);
}

/* vfs_writev(): nothing to write is not given to the socket. */
void model_writev(struct model *m, const struct step *step, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p) || answer_many_parts(step, EINVAL, p))
		return;
	if (step->number[0])
		send_bytes(m, step, false, p);
	else
		answer_value(p, RULE_SEND_NOTHING, RESULT_NUMBER, 0);
}

/* do_sendfile(), splice_direct_to_actor() */
void model_sendfile(struct model *m, const struct step *step, struct prediction *p)
{
	model_writev(m, step, p);
}

/* do_splice(): asks for the length before it asks for the descriptor. */
void model_splice(struct model *m, const struct step *step, struct prediction *p)
{
	if (step->number[0])
		model_writev(m, step, p);
	else
		answer_value(p, RULE_SEND_NOTHING, RESULT_NUMBER, 0);
}

/* __sys_sendmmsg(): the messages that were sent count more than the error of the next. */
void model_sendmmsg(struct model *m, const struct step *step, struct prediction *p)
{
	long sent = 0, count = step->number[1];
	const struct pending *waiting = peer_pending(m, peer_of(m, step->who)->other);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (count > 1 && waiting) {
		answer_lost(m, p); /* how many messages are there when it wakes? */
		return;
	}
	for (; sent < count; sent++) {
		send_bytes(m, step, step_flags(step) & MSG_NOSIGNAL, p);
		if (p->result.kind != RESULT_NUMBER)
			break;
		if (p->rule == RULE_SEND_ANSWERED_RST && sent + 1 < count) {
			answer_lost(m, p); /* does the RST come before the next message? */
			return;
		}
	}
	if (!sent || p->result.kind == RESULT_UNKNOWN)
		return;
	answer_value(p, p->rule, RESULT_NUMBER, sent);
}

/* By io_uring, which waits whatever SO_SNDTIMEO says. Before 6.1 it is not known here which kernel
 * lets O_NONBLOCK decide (REQ_F_NOWAIT). */
static void send_by_uring(
	struct model *m, const struct step *step, bool silent, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if ((peer->nonblocking && version_before(m->kernel, 6, 1)) ||
		peer_has_timeout(peer, OPT_SO_SNDTIMEO))
		answer_lost(m, p);
	else
		send_bytes(m, step, silent, p);
}

/* io_send(): MSG_NOSIGNAL is always set. */
void model_uring_send(struct model *m, const struct step *step, struct prediction *p)
{
	send_by_uring(m, step, true, p);
}

/* io_write(), sock_write_iter(): 0 bytes reach the socket, too. */
void model_uring_write(struct model *m, const struct step *step, struct prediction *p)
{
	send_by_uring(m, step, false, p);
}

/* import_iovec() may come before the descriptor is looked at, or behind it. */
void model_uring_writev(struct model *m, const struct step *step, struct prediction *p)
{
	if (!m->descriptors[step->who] && answer_many_parts(step, EINVAL, p))
		answer_lost(m, p);
	else if (!answer_bad_descriptor(m, step->who, p) && !answer_many_parts(step, EINVAL, p))
		send_by_uring(m, step, false, p);
}

/* io_splice(): in a worker thread, which blocks SIGPIPE, and waits as splice(2) does. */
void model_uring_splice(struct model *m, const struct step *step, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (!step->number[0])
		answer_value(p, RULE_SEND_NOTHING, RESULT_NUMBER, 0);
	else if (peer_of(m, step->who)->nonblocking)
		answer_lost(m, p);
	else
		send_by_uring(m, step, true, p);
}

/* Will a call in the background close the socket when it returns? */
static bool is_being_closed(const struct model *m, int peer)
{
	for (int who = 0; who < ENDS; who++)
		if (m->pending[who].closes && m->pending[who].holds == peer)
			return true;
	return false;
}

/* Whatever the buffers take. */
void model_fill(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who), *other = &m->peer[peer->other];

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (peer->deferred) {
		answer_lost(m, p);
		return;
	}
	if (peer->state == TCP_SYN_SENT) {
		answer_blocks(m, step->who, 0, p); /* nothing says that the window is closed */
		return;
	}
	if ((peer->state != TCP_ESTABLISHED && peer->state != TCP_CLOSE_WAIT) || peer->shut_send) {
		send_fail(m, step, true, RULE_SEND_NOT_CONNECTED, p);
		return;
	}
	if (peer->send_buffer_full || m->link_down || m->forgotten || m->out_of_step ||
		other->state == TCP_CLOSE || other->orphan || other->urgent.there ||
		is_being_closed(m, peer->other) ||
		(other->shut_receive && other->state != TCP_ESTABLISHED)) {
		answer_lost(m, p); /* whom it fills depends on timing */
		return;
	}
	fill_up(m, peer);
	answer_value(p, RULE_FILL, RESULT_RELATION, 0);
	p->result.relation = GREATER;
}
