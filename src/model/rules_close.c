/*
 * rules_close: the model's rules of the calls that end a connection, or a side of it.
 */
#include "model/answer.h"
#include "model/close.h"
#include "model/disconnect.h"
#include "model/pending.h"
#include "model/rules.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Every call that waits holds the file of the descriptor that it was given: epoll_wait(2) that of
 * the epoll instance, close(2) none any more. */
static bool holds_file(const struct pending *pending)
{
	return pending->there && !pending->finished &&
	       pending->step.operation->id != OP_EPOLL_WAIT &&
	       pending->step.operation->id != OP_CLOSE;
}

/* How many calls in the background hold the file of socket peer; *holder becomes one of them. */
static int count_holders(struct model *m, int peer, struct pending **holder)
{
	int count = 0;

	for (int who = 0; who < ENDS; who++)
		if (holds_file(&m->pending[who]) && m->pending[who].on == peer) {
			*holder = &m->pending[who];
			count++;
		}
	return count;
}

void model_close(struct model *m, const struct step *step, struct prediction *p)
{
	enum rule rule = RULE_CLOSE_DUPLICATE;
	int index = m->at[step->who];
	struct pending *holder;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	m->closed[step->who]++;
	if (!--m->descriptors[step->who]) {
		int holders = count_holders(m, index, &holder);

		m->lost |= holders > 1; /* the last of them closes */
		if (holders) {
			holder->closes = true;
			holder->holds = index;
			rule = RULE_CLOSE_IN_USE;
		} else {
			rule = close_last_reference(m, index);
		}
	}
	answer_value(p, rule, RESULT_NUMBER, 0);
}

void model_dup(struct model *m, const struct step *step, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p))
		return;
	const struct registration *r = &m->registration[step->who];

	/* One too many; or the number of a registered descriptor is given again. */
	if (m->descriptors[step->who]++ == 1 + DUPLICATES ||
		(r->there && r->closed != m->closed[step->who])) {
		answer_lost(m, p);
		return;
	}
	answer_value(p, RULE_DUP, RESULT_NUMBER, 0);
}

/* A call that sleeps is woken by the signal that ends its process, and looks at the receive queue
 * before it looks for signals: tcp_recvmsg_locked(). */
static void wake_reader(struct model *m, enum who who)
{
	struct pending *pending = &m->pending[who];

	if (!pending->there || !(pending->step.operation->flags & RECEIVES) ||
		!peer_of(m, who)->unread)
		return;
	pending->woken = true;
	pending_wake(m);
}

/* Before the process ends its calls do. */
static void stop_calls(struct model *m)
{
	for (int who = 0; who < ENDS; who++)
		if (who_side((enum who)who) == SERVER) {
			/* A request by io_uring holds its file until io_ring_exit_work() has run,
			 * some time later. */
			m->lost |= m->pending[who].there && !m->pending[who].finished &&
				   step_is_of_uring(&m->pending[who].step);
			wake_reader(m, (enum who)who);
			m->pending[who].there = false;
		}
}

/* Has the server a call in the background that closes when it returns? */
static bool close_is_put_off(const struct model *m)
{
	for (int who = 0; who < ENDS; who++)
		if (who_side((enum who)who) == SERVER && m->pending[who].closes)
			return true;
	return false;
}

/* do_exit(): exit_files() closes every descriptor, the listening socket's first, for it is the
 * lower one; SO_LINGER does not wait then (inet_release(): PF_EXITING). */
void model_exit(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	if (!m->process || close_is_put_off(m)) {
		answer_lost(m, p);
		return;
	}
	m->process = false;
	stop_calls(m);
	if (!m->peer[THE_LISTENER].orphan)
		close_socket(m, THE_LISTENER, false);
	for (int who = 0; who < ENDS; who++) {
		if (who_side((enum who)who) != SERVER)
			continue;
		if (m->at[who] != THE_LISTENER && m->descriptors[who])
			close_socket(m, m->at[who], false);
		m->registration[who] = (struct registration){0};
		m->descriptors[who] = 0;
	}
	m->fresh = 0;
	answer_value(p, RULE_EXIT, RESULT_DONE, 0);
}

/* tcp_abort() of what inet_diag_find_one_icsk() finds, if it finds any. */
void model_destroy(struct model *m, const struct step *step, struct prediction *p)
{
	int index = m->at[step->who];
	struct peer *peer = &m->peer[index];

	if (peer->time_wait) {
		peer->time_wait = false;
		answer_value(p, RULE_DESTROY_TIME_WAIT, RESULT_NUMBER, 0);
		return;
	}
	if (peer->orphan && index != THE_LISTENER && peer->state == TCP_CLOSE) {
		answer_errno(p, RULE_DESTROY_GONE, ENOENT);
		return;
	}
	/* bac76cf89816: before, tcp_abort() did nothing to an orphan. */
	bool known_orphan = peer->fin_held && !version_before(m->kernel, 6, 11);

	if ((peer->orphan && !known_orphan) ||
		(index != THE_LISTENER && peer->state == TCP_LISTEN) ||
		(m->accepted & 1u << step->who && peer->other == NOBODY &&
			peer->socket == CONNECTED)) {
		answer_lost(m, p); /* a time-wait entry or an orphan, when the FIN's acknowledgement
			       may be delayed; or the kernel's version decides */
		return;
	}
	if (peer_shown_state(m, step->who) == TCP_CLOSE) {
		answer_errno(p, RULE_DESTROY_GONE, ENOENT);
		return;
	}
	if (peer->state == TCP_LISTEN) {
		disconnect_socket(m, index);
		peer->unacknowledged = 0; /* inet_csk_listen_stop() alone leaves write_seq */
	} else if (state_needs_reset(peer->state))
		segment_send_rst(m, index);
	segment_end_connection(
		m, index, ECONNABORTED, "SOCK_DESTROY: tcp_abort() stored ECONNABORTED");
	answer_value(p, RULE_DESTROY, RESULT_NUMBER, 0);
}

/* inet_shutdown(), tcp_shutdown() */
void model_shutdown(struct model *m, const struct step *step, struct prediction *p)
{
	int index = m->at[step->who];
	struct peer *peer = &m->peer[index];
	bool receive = step->number[0] != SHUT_WR, send = step->number[0] != SHUT_RD;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	/* Whom it wakes may look before the answer to the FIN has come through the network. */
	m->lost |= m->network && m->pending[step->who].there && !m->pending[step->who].finished;
	if (peer->state == TCP_SYN_SENT) {
		disconnect_socket(m, index);
		peer->socket = UNCONNECTED;
		answer_value(p, RULE_SHUTDOWN_CONNECTING, RESULT_NUMBER, 0);
		segment_wake(m, index, 0);
		return;
	}
	if (peer->socket == CONNECTING)
		peer->socket = peer->state == TCP_CLOSE ? DISCONNECTING : CONNECTED;
	if (peer->state == TCP_LISTEN) {
		/* An accept that is woken for nothing queues again, behind one that began to wait
		 * meanwhile: prepare_to_wait_exclusive(). */
		m->lost |= m->many && !receive && peer_pending(m, index);
		if (receive)
			disconnect_socket(m, index);
		answer_value(p, RULE_SHUTDOWN_LISTEN, RESULT_NUMBER, 0);
		segment_wake(m, index, 0);
		return;
	}
	peer->shut_receive |= receive;
	peer->shut_send |= send;
	if (peer->state == TCP_CLOSE)
		answer_errno(p, RULE_SHUTDOWN_CLOSED, ENOTCONN);
	else
		answer_value(p, RULE_SHUTDOWN, RESULT_NUMBER, 0);
	if (send && (peer->state == TCP_ESTABLISHED || peer->state == TCP_CLOSE_WAIT)) {
		peer->state = peer->state == TCP_ESTABLISHED ? TCP_FIN_WAIT1 : TCP_LAST_ACK;
		segment_send_fin(m, index);
	}
	segment_wake(m, index, 0);
}
