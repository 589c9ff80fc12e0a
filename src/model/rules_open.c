/*
 * rules_open: the model's rules of the calls that begin a connection.
 */
#include "model/close.h"
#include "model/disconnect.h"
#include "model/fastopen.h"
#include "model/handshake.h"
#include "model/port.h"
#include "model/queue.h"
#include "model/rules.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* The SYN is not answered, and sent again after a second. */
static void connect_unanswered(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *client = peer_of(m, step->who);

	if (queue_first(m, THE_LISTENER) != NOBODY && m->link_down) {
		answer_lost(m,
			p); /* an earlier connection, whose RST was lost: accept refuses it now */
		return;
	}
	port_choose(m, m->at[step->who]);
	port_forget(m, client);
	client->state = TCP_SYN_SENT;
	client->socket = CONNECTING;
	client->error = 0;
	client->done = client->time_wait = client->window = false;
	client->unacknowledged = 1; /* the SYN takes a sequence number */
	client->in_flight = true;
	m->counted[ACTIVE_OPENS]++;
	if (client->nonblocking)
		answer_errno(p, RULE_CONNECT_STARTED, EINPROGRESS);
	else if (peer_has_timeout(client, OPT_SO_SNDTIMEO))
		answer_errno(p, RULE_CONNECT_UNANSWERED, EINPROGRESS);
	else
		answer_blocks(m, step->who, 0, p);
}

/* IPv6 cannot even send it. */
static void connect_link_down(struct model *m, const struct step *step, struct prediction *p)
{
	if (segment_looks_for_route(m))
		answer_errno(p, RULE_CONNECT_NO_ADDRESS, EADDRNOTAVAIL);
	else
		connect_unanswered(m, step, p);
}

/* Which listening socket is at the address of the end that connect(2) goes to; NOBODY: none. */
static int listening_at(struct model *m, const struct step *step)
{
	enum who to = step_destination(step);
	int at = m->at[to], count, found = port_listener(m, m->port_of[to], &count);
	bool itself = at == m->at[step->who];

	/* One that was bound to the port since; which of several, or how two sockets with one port
	 * connect, is another matter. */
	m->lost |= count > 1 || m->ports_unsure;
	if (count == 1 && found != at) {
		m->lost |= found == m->at[step->who];
		return found;
	}
	bool listens = m->peer[at].state == TCP_LISTEN || at == THE_LISTENER;

	/* An accepted connection has the listening socket's address, if it still has one; one that
	 * connects, too, may meet a SYN of its own (RFC 9293 3.5, figure 8). Where nobody listens,
	 * so may this one: the port that it is given may be the one that it connects to
	 * (__inet_hash_connect()). */
	m->lost |= itself || m->accepted & 1u << to || !listens;
	return listens ? at : NOBODY;
}

/* __inet_stream_connect(), SS_UNCONNECTED. While it runs the socket is owned, so what answers the
 * SYN is processed when it waits, or returns. */
static void connect_new(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *client = peer_of(m, step->who);
	int index = m->at[step->who];

	if (m->forgotten) {
		answer_lost(m, p); /* the middlebox knows the new connection */
		return;
	}
	client->destination = listening_at(m, step);
	m->lost |= client->port && (client->port == m->port_of[step_destination(step)] ||
					   port_is_used(m, index, client->port));
	if (m->lost) {
		answer_unknown(p);
		return;
	}
	if (m->link_down) {
		connect_link_down(m, step, p);
		if (m->lost)
			answer_unknown(p);
		return;
	}
	client->error = 0;
	port_choose(m, index);
	if (!handshake_answer(m, index)) {
		client->unanswered = true;
		connect_unanswered(m, step, p);
		return;
	}
	m->counted[ACTIVE_OPENS]++;
	if (client->nonblocking) {
		client->socket = CONNECTING;
		answer_errno(p, RULE_CONNECT_STARTED, EINPROGRESS);
	} else if (client->state != TCP_CLOSE) {
		client->socket = CONNECTED;
		answer_value(p, RULE_CONNECT, RESULT_NUMBER, 0);
	} else {
		/* connect(2) takes the error, and the socket can connect again. */
		answer_errno(p, RULE_CONNECT_REFUSED, peer_take_error(client));
		p->cause = client->cause;
		disconnect_socket(m, index);
	}
	if (m->lost)
		answer_unknown(p);
}

/* __inet_stream_connect(), SS_CONNECTING: what became of the attempt. */
static void connect_again(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	int error;

	if (peer->deferred && peer->nonblocking) {
		answer_errno(p, RULE_CONNECT_CONNECTED, EISCONN);
		return;
	}
	if (peer->state == TCP_SYN_SENT) {
		if (peer->nonblocking || peer_has_timeout(peer, OPT_SO_SNDTIMEO))
			answer_errno(p, RULE_CONNECT_UNDER_WAY, EALREADY);
		else
			answer_blocks(m, step->who, 0, p);
		return;
	}
	if (peer->state != TCP_CLOSE) {
		peer->socket = CONNECTED;
		answer_value(p, RULE_CONNECT_FINISHED, RESULT_NUMBER, 0);
		return;
	}
	error = peer_take_error(peer);
	answer_errno(p, error ? RULE_CONNECT_STORED_ERROR : RULE_CONNECT_ABORTED,
		error ? error : ECONNABORTED);
	p->cause = error ? peer->cause : NULL;
	peer->socket = UNCONNECTED;
	disconnect_socket(m, m->at[step->who]);
}

/* Whoever waits in connect(2), or in a call that sends or receives, gives up
 * (__inet_stream_connect(), sk_wait_event(): sk_disconnects, 419ce133ab92): with EPIPE, which in a
 * call that sends gives way to the error stored by the disconnect; a call that receives returns
 * what it has got, or peeked at. */
static void disturb(struct model *m, const struct step *step)
{
	struct pending *pending = &m->pending[step->who];
	struct peer *peer = peer_of(m, step->who);
	int error = pending->step.operation->flags & SENDS ? peer_take_error(peer) : 0;

	pending->finished = true;
	pending->rule = RULE_DISCONNECT_WAITED_FOR;
	pending->cause = error ? peer->cause : NULL;
	pending->result = (struct result){.kind = RESULT_ERROR, .value = error ? error : EPIPE};
	if (pending->got && pending->step.operation->flags & RECEIVES)
		pending->result = (struct result){.kind = pending->step.operation->form == FORM_PAIR
								  ? RESULT_PAIR
								  : RESULT_NUMBER,
			.value = pending->got};
}

/* Does a call in the background wait for a connection, for data, or for room for it? */
static bool gives_up(const struct pending *pending)
{
	return pending->there && !pending->finished &&
	       (pending->step.operation->id == OP_CONNECT ||
		       pending->step.operation->flags & (SENDS | RECEIVES));
}

/* connect(AF_UNSPEC): __inet_stream_connect(), tcp_disconnect() */
static void connect_unspec(struct model *m, const struct step *step, struct prediction *p)
{
	bool waited_for = gives_up(&m->pending[step->who]);

	/* What io_uring waits for is tried again, and finds the error stored. */
	if (waited_for && (version_before(m->kernel, 6, 6) ||
				  step_is_of_uring(&m->pending[step->who].step))) {
		answer_lost(m, p);
		return;
	}
	disconnect_socket(m, m->at[step->who]);
	peer_of(m, step->who)->socket = UNCONNECTED;
	if (waited_for)
		disturb(m, step);
	answer_value(p, RULE_DISCONNECT, RESULT_NUMBER, 0);
}

void model_connect(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	bool waited = m->pending[step->who].retried; /* and looks at the outcome now */

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (step_disconnects(step))
		connect_unspec(m, step, p);
	else if (waited || peer->socket == CONNECTING)
		connect_again(m, step, p);
	else if (peer->socket == CONNECTED ||
		 (peer->socket == UNCONNECTED && peer->state != TCP_CLOSE))
		answer_errno(p, RULE_CONNECT_CONNECTED, EISCONN);
	else if (peer->socket == DISCONNECTING)
		answer_errno(p, RULE_CONNECT_DISCONNECTING, EINVAL);
	else if (step->who == SERVER || /* nowhere to connect to */
		 (step->word_count && peer_option(peer, OPT_TCP_FASTOPEN_CONNECT)))
		answer_lost(m, p);
	else if (!fastopen_defers(m, step->who, p))
		connect_new(m, step, p);
}

/* The end is the connection from now on, and its own socket is closed: a listening one, too, unless
 * it is the listening socket itself. */
static void take_connection(struct model *m, enum who who, int listening, int queued)
{
	int index = (int)who;

	/* What becomes of its duplicates, and of those who connected to it, is not modelled. */
	if (m->descriptors[who] > 1)
		m->lost = true;
	if (listening == index) {
		struct peer taken = m->peer[queued];

		m->peer[queued].queued = false;
		m->lost |= queue_is_used(m, listening);
		close_last_reference(m, index);
		m->peer[queued] = taken;
	} else if (listening != m->at[who])
		close_forget(m, index);
	m->lost |=
		listening != m->at[who] && !(m->fresh & 1u << who); /* it began to do something */
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].other == index)
			m->peer[i].other = NOBODY;
	queue_take(m, queued, index);
	m->at[who] = index;
	m->descriptors[who] = 1; /* a call that waited may have had the last one */
	m->fresh &= ~(1u << who);
	m->accepted |= 1u << who;
}

/* Does another end wait on the listening socket by io_uring? */
static bool other_waits_by_uring(const struct model *m, enum who who, int listening)
{
	const struct pending *other = peer_pending(m, listening);

	return other && other != &m->pending[who] && step_is_of_uring(&other->step);
}

/* inet_csk_accept() */
void model_accept(struct model *m, const struct step *step, struct prediction *p)
{
	bool for_listener = step_accepts_for_listener(m, step);
	int listening = for_listener ? THE_LISTENER : m->at[step->who];
	int queued = queue_first(m, listening);
	struct peer *peer = &m->peer[listening];
	const struct pending *pending = &m->pending[step->who];

	if (step->operation->id == OP_ACCEPT && other_waits_by_uring(m, step->who, listening)) {
		answer_lost(m, p); /* which of the two is woken? */
		return;
	}
	if (pending->retried && !pending->woken && !peer_has_timeout(peer, OPT_SO_RCVTIMEO))
		answer_blocks(m, step->who, 0, p); /* it sleeps, whatever stands in the queue */
	else if (for_listener ? !m->descriptors[LISTENER] && !pending->retried
			      : answer_bad_descriptor(m, step->who, p))
		answer_errno(p, RULE_BAD_DESCRIPTOR, EBADF);
	else if (peer->state != TCP_LISTEN)
		answer_errno(p, RULE_ACCEPT_NOT_LISTENING, EINVAL);
	else if (queued != NOBODY) {
		take_connection(m, step->who, listening, queued);
		answer_value(p, RULE_ACCEPT, RESULT_NUMBER, 0);
	} else if (peer->nonblocking && !pending->retried && !step_is_of_uring(step))
		answer_errno(p, RULE_ACCEPT_EMPTY, EAGAIN);
	else
		answer_blocks(
			m, step->who, peer_has_timeout(peer, OPT_SO_RCVTIMEO) ? EAGAIN : 0, p);
}

/* Is the address looked at before the socket is? __inet_bind() does so, __inet6_bind() does not. */
static bool looks_at_address_first(const struct model *m)
{
	return family_socket_kind(m->family).domain == AF_INET;
}

/* __inet_bind(), __inet6_bind() */
void model_bind(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	bool nonlocal = step_value(step, ARGUMENT_HOST, HOST_USUAL) == HOST_NONLOCAL;
	bool bound = peer->state != TCP_CLOSE || peer->port;
	int port = step_port(step) == NAMESPACE ? 0 : m->port_of[step_port(step)];

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (nonlocal && (!bound || looks_at_address_first(m)))
		answer_errno(p, RULE_BIND_NONLOCAL, EADDRNOTAVAIL);
	else if (bound)
		answer_errno(p, RULE_BIND_AGAIN, EINVAL);
	else if (port && m->ports_unsure)
		answer_lost(m, p);
	else if (port && port_conflicts(m, m->at[step->who], port))
		answer_errno(p, RULE_BIND_IN_USE, EADDRINUSE);
	else {
		peer->port = port;
		peer->port_named = port != 0;
		port_choose(m, m->at[step->who]);
		answer_value(p, RULE_BIND, RESULT_NUMBER, 0);
	}
}

/* __sys_listen() */
static long backlog(const struct model *m, const struct step *step)
{
	long wanted = step_value(step, ARGUMENT_BACKLOG, BACKLOG_USUAL),
	     most = m->sysctl[SYSCTL_SOMAXCONN];

	return wanted < 0 || wanted > most ? most : wanted;
}

/* inet_listen() */
void model_listen(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (peer->socket != UNCONNECTED ||
		(peer->state != TCP_CLOSE && peer->state != TCP_LISTEN)) {
		answer_errno(p, RULE_LISTEN_CONNECTED, EINVAL);
		return;
	}
	int index = m->at[step->who];

	port_choose(m, index);
	m->lost |= m->ports_unsure && peer->state != TCP_LISTEN;
	if (peer->state != TCP_LISTEN && port_conflicts(m, index, peer->port)) {
		answer_errno(p, RULE_LISTEN_IN_USE, EADDRINUSE);
		return;
	}
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].other == index)
			m->peer[i].other =
				NOBODY; /* whom the RST of a connection before did not reach */
	peer->state = TCP_LISTEN;
	peer->backlog = backlog(m, step);
	m->accepted &= ~(1u << step->who);
	answer_value(p, RULE_LISTEN, RESULT_NUMBER, 0);
}

/* io_connect(): starts without waiting, polls, and asks again. What that leaves of the socket's
 * state was another matter before 6.18, and is after a refusal. */
void model_uring_connect(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	bool fresh = peer->socket == UNCONNECTED && peer->state == TCP_CLOSE && !m->link_down;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	/* What was shut down wakes it before the answer to the SYN comes through a network. */
	fresh = fresh && !(m->network && (peer->shut_receive || peer->shut_send));
	if (version_before(m->kernel, 6, 18) || (!fresh && peer->socket != CONNECTED) ||
		peer_option(peer, OPT_TCP_FASTOPEN_CONNECT)) {
		answer_lost(m, p);
		return;
	}
	bool nonblocking = peer->nonblocking;

	peer->nonblocking = false;
	model_connect(m, &(struct step){.who = step->who, .operation = &operations[OP_CONNECT]}, p);
	peer->nonblocking = nonblocking;
	m->lost |= p->result.kind == RESULT_ERROR && p->result.value == ECONNREFUSED;
}

/* io_accept(): as accept(2), but that SO_RCVTIMEO does not end its waiting. */
void model_uring_accept(struct model *m, const struct step *step, struct prediction *p)
{
	const struct peer *peer = peer_of(m, step->who);
	const struct pending *other = peer_pending(m, m->at[step->who]);

	if ((other && other != &m->pending[step->who]) || peer_has_timeout(peer, OPT_SO_RCVTIMEO) ||
		(peer->nonblocking && version_before(m->kernel, 6, 1)))
		answer_lost(m, p);
	else
		model_accept(m, step, p);
}
