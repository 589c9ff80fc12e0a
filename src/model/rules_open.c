/*
 * rules_open: the machine's rules of the calls that begin a connection.
 */
#include "model/rules.h"
#include "model/segment.h"

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
	int error = pending->step.operation->flags & SENDS ? take_error(peer) : 0;

	pending->finished = true;
	pending->rule = RULE_DISCONNECT_WAITED_FOR;
	pending->cause = error ? peer->cause : NULL;
	pending->result = (struct result){.kind = RESULT_ERROR, .value = error ? error : EPIPE};
}

/* Does a call in the background wait for data, or for room for it? */
static bool waits_for_data(const struct pending *pending)
{
	return pending->there && !pending->finished &&
	       pending->step.operation->flags & (SENDS | RECEIVES);
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
