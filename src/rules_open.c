/*
 * rules_open: the machine's rules of the calls that begin and end a connection.
 */
#include "endpoint.h"
#include "rules.h"
#include "segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* The listening socket's options that an accepted socket inherits: sk_clone_lock(). */
static struct peer child_of(const struct peer *listener)
{
	struct peer child = {.state = TCP_ESTABLISHED,
		.socket = CONNECTED,
		.other = THE_CLIENT,
		.window = true,
		.shut_receive = listener->shut_receive,
		.shut_send = listener->shut_send,
		.cork = listener->cork,
		.zerocopy = listener->zerocopy,
		.receive_timeout = listener->receive_timeout,
		.send_timeout = listener->send_timeout,
		.linger2 = listener->linger2,
		.peek_offset = listener->peek_offset,
		.low_water = listener->low_water,
		.send_buffer = listener->send_buffer,
		.receive_buffer = listener->receive_buffer};

	memcpy(child.timeout, listener->timeout, sizeof child.timeout);
	memcpy(child.linger, listener->linger, sizeof child.linger);
	memcpy(child.remembered, listener->remembered, sizeof child.remembered);
	return child;
}

/* The three-way handshake. tcp_connect_init() clears the stored error and SOCK_DONE, not the
 * shutdown bits. */
static void establish(struct machine *m, struct peer *client)
{
	struct peer *listener = &m->peer[THE_LISTENER];

	if (m->waiting || m->deferred) {
		m->lost = true; /* two connections in the queue */
		return;
	}
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].other == THE_CLIENT)
			m->peer[i].other = NOBODY; /* of a connection before */
	client->state = TCP_ESTABLISHED;
	client->error = 0;
	client->done = client->time_wait = false;
	client->unacknowledged = 0;
	client->window = true;
	client->other = IN_QUEUE;
	m->peer[IN_QUEUE] = child_of(listener);
	m->deferred = listener->defers;
	m->waiting = !m->deferred;
	wake(m, THE_CLIENT, POLLOUT);
	if (m->waiting)
		wake(m, THE_LISTENER, POLLIN);
	m->counted[PASSIVE_OPENS]++;
	/* tcp_rcv_state_process(), SYN_RECV: what a listening socket that was destroyed and listens
	 * again hands down. */
	if (m->peer[IN_QUEUE].shut_send) {
		m->peer[IN_QUEUE].state = TCP_FIN_WAIT1;
		send_fin(m, IN_QUEUE);
	}
}

/* The RST that answers the SYN, in SYN_SENT (RFC 9293 3.10.7.1). */
static void refuse(struct machine *m, struct peer *client)
{
	client->state = TCP_SYN_SENT;
	client->done = false;
	client->unacknowledged = 1; /* the SYN takes a sequence number */
	client->window = false;
	m->counted[OUT_RSTS]++;
	end_connection(m, THE_CLIENT, ECONNREFUSED,
		"a RST answered the SYN, so tcp_reset() stored ECONNREFUSED");
}

void answer_syn(struct machine *m, struct peer *client)
{
	if (m->peer[THE_LISTENER].state == TCP_LISTEN)
		establish(m, client);
	else
		refuse(m, client);
}

/* The SYN is lost, and sent again after a second. IPv6 cannot even send it. */
static void connect_unanswered(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *client = side(m, step->who);

	if (m->family == FAMILY_TCP6) {
		fail(p, RULE_CONNECT_NO_ADDRESS, EADDRNOTAVAIL);
		return;
	}
	client->state = TCP_SYN_SENT;
	client->socket = CONNECTING;
	client->error = 0;
	client->done = client->time_wait = client->window = false;
	client->unacknowledged = 1; /* the SYN takes a sequence number */
	lose_segment(m, m->at[step->who]);
	m->counted[ACTIVE_OPENS]++;
	if (client->nonblocking)
		fail(p, RULE_CONNECT_STARTED, EINPROGRESS);
	else if (client->send_timeout)
		fail(p, RULE_CONNECT_UNANSWERED, EINPROGRESS);
	else
		block(m, step->who, 0, p);
}

/* __inet_stream_connect(), SS_UNCONNECTED. While it runs the socket is owned, so what answers the
 * SYN is processed when it waits, or returns. */
static void connect_new(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *client = side(m, step->who);

	if (m->link_down) {
		connect_unanswered(m, step, p);
		return;
	}
	client->error = 0;
	m->counted[ACTIVE_OPENS]++;
	answer_syn(m, client);
	if (client->nonblocking) {
		client->socket = CONNECTING;
		fail(p, RULE_CONNECT_STARTED, EINPROGRESS);
	} else if (client->state != TCP_CLOSE) {
		client->socket = CONNECTED;
		say(p, RULE_CONNECT, RESULT_NUMBER, 0);
	} else {
		/* The error is taken, and the socket as good as new. */
		fail(p, RULE_CONNECT_REFUSED, take_error(client));
		p->cause = client->cause;
		disconnect(m, THE_CLIENT);
	}
	if (m->lost)
		not_modelled(p);
}

/* __inet_stream_connect(), SS_CONNECTING: what became of the attempt. */
static void connect_again(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = side(m, step->who);
	int error;

	if (peer->state == TCP_SYN_SENT) {
		if (peer->nonblocking || peer->send_timeout)
			fail(p, RULE_CONNECT_UNDER_WAY, EALREADY);
		else
			block(m, step->who, 0, p);
		return;
	}
	if (peer->state != TCP_CLOSE) {
		peer->socket = CONNECTED;
		say(p, RULE_CONNECT_FINISHED, RESULT_NUMBER, 0);
		return;
	}
	error = take_error(peer);
	fail(p, error ? RULE_CONNECT_STORED_ERROR : RULE_CONNECT_ABORTED,
		error ? error : ECONNABORTED);
	p->cause = error ? peer->cause : NULL;
	peer->socket = UNCONNECTED;
	disconnect(m, m->at[step->who]);
}

/* Whoever waits in a call that sends or receives gives up (sk_wait_event(): sk_disconnects,
 * 419ce133ab92): with EPIPE, which in a call that sends gives way to the error stored by the
 * disconnect. */
static void disturb(struct machine *m, const struct step *step)
{
	struct pending *pending = &m->pending[step->who];
	struct peer *peer = side(m, step->who);
	int error = pending->step.operation->may & SENDS ? take_error(peer) : 0;

	pending->finished = true;
	pending->rule = RULE_DISCONNECT_WAITED_FOR;
	pending->cause = error ? peer->cause : NULL;
	pending->result = (struct result){.kind = RESULT_ERROR, .value = error ? error : EPIPE};
}

/* Does a call in the background wait for data, or for room for it? */
static bool waits_for_data(const struct pending *pending)
{
	return pending->there && !pending->finished &&
	       (pending->step.operation->predict == machine_receive ||
		       pending->step.operation->may & SENDS);
}

/* connect(AF_UNSPEC): __inet_stream_connect(), tcp_disconnect() */
static void connect_unspec(struct machine *m, const struct step *step, struct prediction *p)
{
	bool waited_for = waits_for_data(&m->pending[step->who]);

	if (waited_for && version_before(m->kernel, 6, 6)) {
		lose(m, p);
		return;
	}
	disconnect(m, m->at[step->who]);
	side(m, step->who)->socket = UNCONNECTED;
	if (waited_for)
		disturb(m, step);
	say(p, RULE_DISCONNECT, RESULT_NUMBER, 0);
}

void machine_connect(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = side(m, step->who);

	if (bad_descriptor(m, step->who, p))
		return;
	if (step->word_count)
		connect_unspec(m, step, p);
	else if (peer->socket == CONNECTED ||
		 (peer->socket == UNCONNECTED && peer->state != TCP_CLOSE))
		fail(p, RULE_CONNECT_CONNECTED, EISCONN);
	else if (peer->socket == DISCONNECTING)
		fail(p, RULE_CONNECT_DISCONNECTING, EINVAL);
	else if (peer->socket == CONNECTING)
		connect_again(m, step, p);
	else if (step->who == SERVER)
		lose(m, p); /* nowhere to connect to */
	else
		connect_new(m, step, p);
}

void machine_accept(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = side(m, step->who);

	if (bad_descriptor(m, step->who, p))
		return;
	if (peer->state != TCP_LISTEN)
		fail(p, RULE_ACCEPT_NOT_LISTENING, EINVAL);
	else if (step->who == SERVER && m->waiting) {
		if (m->descriptors[SERVER] > 1)
			m->lost = true; /* a duplicate of the listening socket stays behind */
		m->peer[THE_SERVER] = m->peer[IN_QUEUE];
		m->peer[IN_QUEUE] = (struct peer){.state = TCP_CLOSE, .other = NOBODY};
		if (m->peer[THE_CLIENT].other == IN_QUEUE)
			m->peer[THE_CLIENT].other = THE_SERVER;
		m->at[SERVER] = THE_SERVER;
		m->descriptors[SERVER] = 1; /* a call that waited may have had the last one */
		m->waiting = false;
		say(p, RULE_ACCEPT, RESULT_NUMBER, 0);
	} else if (may_not_wait(m, step))
		fail(p, RULE_ACCEPT_EMPTY, EAGAIN);
	else
		block(m, step->who, peer->receive_timeout ? EAGAIN : 0, p);
}

/* inet_listen() */
void machine_listen(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = side(m, step->who);

	if (bad_descriptor(m, step->who, p))
		return;
	if (peer->socket != UNCONNECTED ||
		(peer->state != TCP_CLOSE && peer->state != TCP_LISTEN)) {
		fail(p, RULE_LISTEN_CONNECTED, EINVAL);
		return;
	}
	peer->state = TCP_LISTEN;
	say(p, RULE_LISTEN, RESULT_NUMBER, 0);
}

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
	       pending->step.operation->predict != machine_epoll_wait &&
	       pending->step.operation->predict != machine_close;
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
