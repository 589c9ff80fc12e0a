/*
 * rules_close: the machine's rules of the calls that end a connection, or a side of it.
 */
#include "model/rules.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* TCP_TIMEWAIT_LEN, in seconds: tcp_fin_timeout, unless TCP_LINGER2 is set. */
enum { TIME_WAIT_LENGTH = 60 };

/* __tcp_close(), in the order of its tests. */
static enum rule close_socket(struct machine *m, int index, bool may_linger)
{
	struct peer *peer = &m->peer[index];
	bool unread = peer->unread > 0, listening = peer->state == TCP_LISTEN;
	enum rule rule = RULE_CLOSE_AGAIN;

	peer->orphan = true;
	peer->unread = 0;
	if (listening)
		disconnect(m, index);
	peer->shut_receive = true;
	if (peer->state == TCP_CLOSE)
		rule = listening ? RULE_CLOSE_LISTEN : RULE_CLOSE_CLOSED;
	else if (unread) {
		rule = RULE_CLOSE_UNREAD;
		m->counted[ABORT_ON_CLOSE]++;
		send_rst(m, index);
		end_connection(m, index, 0, NULL);
	} else if (peer->linger[0] && !peer->linger[1]) {
		rule = RULE_CLOSE_LINGER;
		if (m->counted[ABORT_ON_DATA] != UNCERTAIN)
			m->counted[ABORT_ON_DATA]++;
		disconnect(m, index);
	} else if (peer->state == TCP_SYN_SENT) {
		rule = RULE_CLOSE_CONNECTING;
		peer->state = TCP_CLOSE;
	} else if (peer->state == TCP_ESTABLISHED || peer->state == TCP_CLOSE_WAIT) {
		rule = RULE_CLOSE_FIN;
		peer->state = peer->state == TCP_ESTABLISHED ? TCP_FIN_WAIT1 : TCP_LAST_ACK;
		send_fin(m, index);
	} else if (peer->state == TCP_FIN_WAIT2 && peer->linger2 < 0) {
		rule = RULE_CLOSE_LINGER2;
		m->counted[ABORT_ON_LINGER]++;
		send_rst(m, index);
		end_connection(m, index, 0, NULL);
	} else if (peer->state == TCP_FIN_WAIT2 && peer->linger2 <= TIME_WAIT_LENGTH)
		peer->handed_over = true; /* tcp_time_wait() */
	else if (peer->fin_unsettled && peer->linger2 < 0)
		m->lost = true; /* it depends on the delayed acknowledgement */
	peer->shut_send = true;
	if (may_linger && peer->linger[0] && peer->linger[1])
		settle(m, index); /* sk_stream_wait_close() */
	return rule;
}

/* eventpoll_release(): with the last descriptor the registration goes. */
static void forget_registration(struct machine *m, int index)
{
	for (int who = 0; who < 2; who++)
		if (m->registration[who].peer == index)
			m->registration[who].there = false;
}

void close_last(struct machine *m, int peer)
{
	forget_registration(m, peer);
	close_socket(m, peer, true);
}

/* Every call that waits holds the file of the descriptor that it was given: epoll_wait(2) that of
 * the epoll instance, close(2) none any more. */
static bool holds_file(const struct pending *pending)
{
	return pending->there && !pending->finished &&
	       pending->step.operation->id != OP_EPOLL_WAIT &&
	       pending->step.operation->id != OP_CLOSE;
}

void machine_close(struct machine *m, const struct step *step, struct prediction *p)
{
	enum rule rule = RULE_CLOSE_DUPLICATE;
	struct pending *pending = &m->pending[step->who];

	if (bad_descriptor(m, step->who, p))
		return;
	m->closed[step->who]++;
	if (!--m->descriptors[step->who]) {
		if (holds_file(pending)) {
			pending->closes = true;
			pending->holds = m->at[step->who];
			rule = RULE_CLOSE_IN_USE;
		} else {
			forget_registration(m, m->at[step->who]);
			rule = close_socket(m, m->at[step->who], true);
		}
	}
	say(p, rule, RESULT_NUMBER, 0);
}

void machine_dup(struct machine *m, const struct step *step, struct prediction *p)
{
	if (bad_descriptor(m, step->who, p))
		return;
	const struct registration *r = &m->registration[step->who];

	/* One too many; or the number of a registered descriptor is given again. */
	if (m->descriptors[step->who]++ == 1 + DUPLICATES ||
		(r->there && r->closed != m->closed[step->who])) {
		lose(m, p);
		return;
	}
	say(p, RULE_DUP, RESULT_NUMBER, 0);
}

/* do_exit(): exit_files() closes every descriptor, the listening socket's first, for it is the
 * lower one; SO_LINGER does not wait then (inet_release(): PF_EXITING). */
void machine_exit(struct machine *m, const struct step *step, struct prediction *p)
{
	if (!m->process || m->pending[SERVER].closes) {
		lose(m, p);
		return;
	}
	m->process = false;
	m->pending[step->who].there = false;
	if (!m->peer[THE_LISTENER].orphan)
		close_socket(m, THE_LISTENER, false);
	if (m->at[SERVER] == THE_SERVER && m->descriptors[SERVER])
		close_socket(m, THE_SERVER, false);
	m->registration[SERVER] = (struct registration){0};
	m->descriptors[SERVER] = 0;
	say(p, RULE_EXIT, RESULT_DONE, 0);
}

/* tcp_abort() of what inet_diag_find_one_icsk() finds, if it finds any. */
void machine_destroy(struct machine *m, const struct step *step, struct prediction *p)
{
	int index = m->at[step->who];
	struct peer *peer = &m->peer[index];

	if (peer->time_wait) {
		peer->time_wait = false;
		say(p, RULE_DESTROY_TIME_WAIT, RESULT_NUMBER, 0);
		return;
	}
	if (peer->orphan && index != THE_LISTENER && peer->state == TCP_CLOSE) {
		fail(p, RULE_DESTROY_GONE, ENOENT);
		return;
	}
	/* bac76cf89816: before, tcp_abort() did nothing to an orphan. */
	bool known_orphan = peer->fin_held && !version_before(m->kernel, 6, 11);

	if ((peer->orphan && !known_orphan) ||
		(index != THE_LISTENER && peer->state == TCP_LISTEN) ||
		(step->who == SERVER && peer->other == NOBODY && peer->socket == CONNECTED)) {
		lose(m, p); /* a time-wait entry or an orphan, when the FIN's acknowledgement may be
			       delayed; or the kernel's version decides */
		return;
	}
	if (shown_state(m, step->who) == TCP_CLOSE) {
		fail(p, RULE_DESTROY_GONE, ENOENT);
		return;
	}
	if (peer->state == TCP_LISTEN) {
		disconnect(m, index);
		peer->unacknowledged = 0; /* inet_csk_listen_stop() alone leaves write_seq */
	} else if (needs_reset(peer->state))
		send_rst(m, index);
	end_connection(m, index, ECONNABORTED, "SOCK_DESTROY: tcp_abort() stored ECONNABORTED");
	say(p, RULE_DESTROY, RESULT_NUMBER, 0);
}

/* inet_shutdown(), tcp_shutdown() */
void machine_shutdown(struct machine *m, const struct step *step, struct prediction *p)
{
	int index = m->at[step->who];
	struct peer *peer = &m->peer[index];
	bool receive = step->number[0] != SHUT_WR, send = step->number[0] != SHUT_RD;

	if (bad_descriptor(m, step->who, p))
		return;
	if (peer->state == TCP_SYN_SENT) {
		disconnect(m, index);
		peer->socket = UNCONNECTED;
		say(p, RULE_SHUTDOWN_CONNECTING, RESULT_NUMBER, 0);
		wake(m, index, 0);
		return;
	}
	if (peer->socket == CONNECTING)
		peer->socket = peer->state == TCP_CLOSE ? DISCONNECTING : CONNECTED;
	if (peer->state == TCP_LISTEN) {
		if (receive)
			disconnect(m, index);
		say(p, RULE_SHUTDOWN_LISTEN, RESULT_NUMBER, 0);
		wake(m, index, 0);
		return;
	}
	peer->shut_receive |= receive;
	peer->shut_send |= send;
	if (peer->state == TCP_CLOSE)
		fail(p, RULE_SHUTDOWN_CLOSED, ENOTCONN);
	else
		say(p, RULE_SHUTDOWN, RESULT_NUMBER, 0);
	if (send && (peer->state == TCP_ESTABLISHED || peer->state == TCP_CLOSE_WAIT)) {
		peer->state = peer->state == TCP_ESTABLISHED ? TCP_FIN_WAIT1 : TCP_LAST_ACK;
		send_fin(m, index);
	}
	wake(m, index, 0);
}
