/*
 * rules_receive: the model's rules of every call that receives.
 */
#include "model/flood.h"
#include "model/room.h"
#include "model/rules.h"
#include "model/segment.h"
#include "model/until.h"
#include "model/urgent.h"
#include "model/urgent_call.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* __tcp_select_window(): reading fewer bytes than this from a full receive queue does not reopen
 * the window. */
enum { SILLY = 1024 };

/* sock_rcvlowat(): how many bytes are worth returning for, when waiting is allowed. */
static long target(const struct peer *peer, const struct step *step)
{
	long length = step->number[0];
	long wanted = step_flags(step) & MSG_WAITALL ? length
		      : peer_option(peer, OPT_SO_RCVLOWAT) < length
			      ? peer_option(peer, OPT_SO_RCVLOWAT)
			      : length;

	return wanted ? wanted : 1;
}

/* With SO_SNDBUF set, both buffers together hold less. */
enum { BOTH_BUFFERS = 1 << 20 };

/* Does the call read up to the FIN behind the data? After SHUT_RD it waits for nothing. */
static bool drains(const struct model *m, const struct peer *peer, const struct step *step)
{
	const struct peer *other = &m->peer[peer->other];

	return step->number[0] >= BOTH_BUFFERS && step_flags(step) == MSG_WAITALL &&
	       other->fin_held && other->send_buffer_full && peer_option(other, OPT_SO_SNDBUF) &&
	       !peer->shut_receive && !peer_has_timeout(peer, OPT_SO_RCVTIMEO) &&
	       !peer->nonblocking && !m->link_down;
}

/* May it wait for more than there is? That may be little more than is certain. */
static bool may_want_more(struct model *m, const struct peer *peer, const struct step *step)
{
	return step_flags(step) & MSG_WAITALL && step->number[0] > peer->unread / 2 &&
	       !step_may_not_wait(m, step) && !peer->shut_receive;
}

/* Data that stands in a receive queue which the other end filled: how much is not known. */
static void receive_flooded(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	if (drains(m, peer, step)) {
		answer_value(p, RULE_RECEIVE_DRAINED, RESULT_RELATION, 0);
		p->result.relation = GREATER;
		segment_drain(m, peer->other);
		return;
	}
	if (may_want_more(m, peer, step)) {
		answer_lost(m, p);
		return;
	}
	if (step->number[0] > peer->unread / 2 ||
		(m->peer[peer->other].send_buffer_full &&
			peer->unread - step->number[0] < room_to_read(m, m->at[step->who]) - SILLY))
		m->lost |= !(step_flags(step) & MSG_PEEK); /* the window may open */
	if (step->number[0] > peer->unread / 2) {
		answer_value(p, RULE_RECEIVE_QUEUED, RESULT_RELATION, 0);
		p->result.relation = GREATER;
		return;
	}
	if (!(step_flags(step) & MSG_PEEK))
		peer->unread -= step->number[0];
	answer_value(p, RULE_RECEIVE_QUEUED, RESULT_NUMBER, step->number[0]);
}

/* Does the call peek from SO_PEEK_OFF's offset on? sk_peek_offset() */
static bool peeks(const struct peer *peer, const struct step *step)
{
	return peer_option(peer, OPT_SO_PEEK_OFF) >= 0 && step_flags(step) & MSG_PEEK;
}

/* tcp_recvmsg_locked() with an empty receive queue: the order of its tests. */
static void receive_empty(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	const struct pending *pending = &m->pending[step->who];
	const char *cause = peer->cause;

	if (pending->retried && pending->got &&
		(peer->error || peer->shut_receive || peer->state == TCP_CLOSE))
		answer_value(p, RULE_RECEIVE_PARTIAL, RESULT_NUMBER, pending->got);
	else if (pending->retried && pending->woken && !step->number[0])
		/* A length of 0 ends its loop after one pass. */
		answer_value(p, RULE_RECEIVE_NOTHING, RESULT_NUMBER, 0);
	else if (peer->done)
		answer_value(p, RULE_RECEIVE_DONE, RESULT_NUMBER, 0);
	else if (peer->error) {
		answer_errno(p, RULE_RECEIVE_STORED_ERROR, peer_take_error(peer));
		p->cause = cause;
	} else if (peer->shut_receive)
		answer_value(p, RULE_RECEIVE_SHUT, RESULT_NUMBER, 0);
	else if (peer->state == TCP_CLOSE)
		answer_errno(p, RULE_RECEIVE_NOT_CONNECTED, ENOTCONN);
	else if (step_may_not_wait(m, step))
		answer_errno(p, RULE_RECEIVE_EMPTY, EAGAIN);
	else if (peer_has_timeout(peer, OPT_SO_RCVTIMEO) && !step->number[0])
		answer_value(p, RULE_TIMES_OUT, RESULT_NUMBER, 0); /* nor does it look then */
	else if (peer->fin_ack_pending && !step->number[0])
		answer_lost(m, p); /* the delayed acknowledgement wakes it */
	else
		answer_blocks(
			m, step->who, peer_has_timeout(peer, OPT_SO_RCVTIMEO) ? EAGAIN : 0, p);
}

/* tcp_recvmsg_locked() with something in the receive queue. */
static void receive_queued(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	struct pending *pending = &m->pending[step->who];
	bool peek = step_flags(step) & MSG_PEEK;
	/* What was peeked at still stands in the queue. */
	long got = pending->retried && !peek ? pending->got : 0, length = step->number[0] - got;
	long there = peer->unread - (peeks(peer, step) ? peer_option(peer, OPT_SO_PEEK_OFF) : 0);
	struct urgent_read read = urgent_read(peer, length, there, got);
	long count = read.count;
	bool ends = peer->error || peer->shut_receive || peer->state == TCP_CLOSE;
	long *offset = &peer->option[OPT_SO_PEEK_OFF].first;

	bool waits = length && got + count < target(peer, step) && !step_may_not_wait(m, step) &&
		     !ends && !read.stops;

	if (!peek) {
		stream_drop(&peer->stream, read.passed);
		peer->unread -= read.passed; /* waiting for more, it has what was there */
		urgent_pass(peer, read.passed);
		if (*offset > 0)
			*offset -= count < *offset ? count : *offset;
	} else if (peeks(peer, step) && !waits)
		*offset += count;
	if (length && !got && !count) { /* the urgent byte alone is not read like this */
		receive_empty(m, step, p);
		return;
	}
	if (waits && !peer_has_timeout(peer, OPT_SO_RCVTIMEO)) {
		if (pending->there)
			pending->got = got + count;
		answer_blocks(m, step->who, 0, p);
	} else
		answer_value(p,
			got + count == step->number[0] ? RULE_RECEIVE_QUEUED
			: read.stops                   ? RULE_RECEIVE_MARK
						       : RULE_RECEIVE_PARTIAL,
			RESULT_NUMBER, got + count);
}

/* Where the bytes would go there is no memory: of a segment that does not fit in nothing is taken.
 * How the queue is cut into segments is not known. MSG_TRUNC copies nothing. */
static bool receive_unmapped(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);
	const struct pending *pending = &m->pending[step->who];
	long mapped = step_value(step, ARGUMENT_MAPPED, step->number[0]);
	long got = pending->retried ? pending->got : 0;

	if (mapped >= step->number[0] || mapped >= got + peer->unread ||
		step_flags(step) & MSG_TRUNC)
		return false;
	if (mapped || peer->urgent.there)
		answer_lost(m, p);
	else
		answer_errno(p, RULE_RECEIVE_FAULT, EFAULT);
	return true;
}

/* inet_recv_error(): the error queue alone, where MSG_ZEROCOPY's completions stand. */
static void receive_error_queue(struct model *m, struct peer *peer, struct prediction *p)
{
	if (peer->completions > 0) {
		peer->completions = 0;
		answer_value(p, RULE_RECEIVE_COMPLETION, RESULT_NUMBER, 0);
	} else if (peer->completions == UNCERTAIN)
		answer_lost(m, p); /* it may have taken the completion */
	else
		answer_errno(p, RULE_RECEIVE_NO_COMPLETION, EAGAIN);
}

/* sk_wait_data(): what arrives below SO_RCVLOWAT wakes nobody (tcp_data_ready()), however little
 * the call that sleeps still lacks. */
static bool sleeps_on(const struct peer *peer, const struct pending *pending)
{
	return pending->retried && !pending->woken && peer->unread &&
	       !peer_has_timeout(peer, OPT_SO_RCVTIMEO);
}

static bool peeks_past(const struct peer *peer, const struct step *step)
{
	return peeks(peer, step) && peer->unread <= peer_option(peer, OPT_SO_PEEK_OFF);
}

void model_receive(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	bool through_vfs = step->operation->flags & THROUGH_VFS;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (through_vfs && !step->number[0])
		answer_value(p, RULE_READ_ZERO, RESULT_NUMBER, 0);
	else if (step_flags(step) & MSG_ERRQUEUE)
		receive_error_queue(m, peer, p);
	else if (step_flags(step) & MSG_OOB)
		urgent_receive(peer, step, p);
	else if (peer->state == TCP_LISTEN)
		answer_errno(p, RULE_RECEIVE_NOT_CONNECTED, ENOTCONN);
	else if (step_reads_until(step))
		until_receive(m, step, p);
	else if (sleeps_on(peer, &m->pending[step->who]))
		answer_blocks(m, step->who, 0, p);
	else if (!peer->unread || peeks_past(peer, step))
		receive_empty(m, step, p);
	else if (peer->flood.there)
		flood_receive(m, step, p);
	else if (peer->urgent.there && peeks(peer, step))
		answer_lost(m, p);
	else if (receive_unmapped(m, step, p))
		return;
	else if (peer->receive_queue_full)
		receive_flooded(m, step, p);
	else
		receive_queued(m, step, p);
}

/* inet_recvmsg(): TCP gives no address. What the error queue gives is another matter. */
void model_recvfrom(struct model *m, const struct step *step, struct prediction *p)
{
	model_receive(m, step, p);
	if (p->result.kind == RESULT_NUMBER)
		p->result.kind = RESULT_PAIR;
	else if (p->result.kind == RESULT_RELATION)
		answer_unknown(p);
	if (p->result.kind == RESULT_PAIR && step_flags(step) & MSG_ERRQUEUE)
		answer_unknown(p);
}

/* do_readv() */
void model_readv(struct model *m, const struct step *step, struct prediction *p)
{
	if (!answer_bad_descriptor(m, step->who, p) && !answer_many_parts(step, EINVAL, p))
		model_receive(m, step, p);
}

/* ___sys_recvmsg() */
void model_recvmsg(struct model *m, const struct step *step, struct prediction *p)
{
	if (!answer_bad_descriptor(m, step->who, p) && !answer_many_parts(step, EMSGSIZE, p))
		model_receive(m, step, p);
}

/* io_read(), io_recv(): asks without waiting, and then polls the socket: SO_RCVTIMEO does not end
 * that, and what is below SO_RCVLOWAT, or less than MSG_WAITALL wants, is another matter. */
void model_uring_receive(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);
	bool through_vfs = step->operation->flags & THROUGH_VFS;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (peer_has_timeout(peer, OPT_SO_RCVTIMEO) || peer_option(peer, OPT_SO_RCVLOWAT) != 1 ||
		step_flags(step) & MSG_WAITALL || (!step->number[0] && !through_vfs) ||
		(peer->nonblocking && version_before(m->kernel, 6, 1)))
		answer_lost(m, p);
	else
		model_receive(m, step, p);
}
