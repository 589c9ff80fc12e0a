#include "model/handshake.h"

#include "model/answer.h"
#include "model/port.h"
#include "model/queue.h"
#include "model/segment.h"
#include "model/transit.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>

/* The listening socket's options that an accepted socket inherits: sk_clone_lock(). */
static void become_child(struct peer *child, const struct peer *listener, int client)
{
	child->state = TCP_ESTABLISHED;
	child->socket = CONNECTED;
	child->other = child->from = client;
	child->window = true;
	child->port = listener->port; /* __inet_inherit_port() */
	child->shut_receive = listener->shut_receive;
	child->shut_send = listener->shut_send;
	memcpy(child->option, listener->option, sizeof child->option);
}

/* A further connection of the same end, while one that it made before stands in a queue: who
 * accepts refuses the old one, whose address is nobody's any more. Or requests wait for data, and
 * their number counts, too (inet_csk_reqsk_queue_is_full()). */
static bool is_beyond(const struct model *m, int client, int listening)
{
	for (int i = IN_QUEUE; i < IN_QUEUE + QUEUE; i++)
		if (m->peer[i].queued &&
			(m->peer[i].from == client ||
				(m->peer[i].request && m->peer[listening].backlog < QUEUE)))
			return true;
	return false;
}

/* The three-way handshake. tcp_connect_init() clears the stored error and SOCK_DONE, not the
 * shutdown bits. */
static void establish(struct model *m, int index, int listening)
{
	struct peer *client = &m->peer[index], *listener = &m->peer[listening];

	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].other == index)
			m->peer[i].other = NOBODY; /* of a connection before */
	client->other = NOBODY;
	int queued = is_beyond(m, index, listening) ? NOBODY : queue_add(m, listening);

	if (queued == NOBODY) {
		m->lost = true;
		return;
	}
	port_forget(m, client);
	client->state = TCP_ESTABLISHED;
	client->error = 0;
	client->done = client->time_wait = client->unanswered = false;
	client->unacknowledged = 0;
	client->window = true;
	client->other = queued;
	become_child(&m->peer[queued], listener, index);
	m->peer[queued].request = peer_option(listener, OPT_TCP_DEFER_ACCEPT) > 0;
	/* The queue for requests is as long as the backlog: there is none, and a cookie instead
	 * (tcp_conn_request()), with which nothing is deferred. */
	m->lost |= m->peer[queued].request && !listener->backlog;
	segment_wake(m, index, POLLOUT);
	if (!m->peer[queued].request)
		segment_wake(m, listening, POLLIN);
	m->counted[PASSIVE_OPENS]++;
	/* tcp_rcv_state_process(), SYN_RECV: what a listening socket that was destroyed and listens
	 * again hands down. */
	if (m->peer[queued].shut_send) {
		m->peer[queued].state = TCP_FIN_WAIT1;
		segment_send_fin(m, queued);
	}
}

/* The RST that answers the SYN, in SYN_SENT (RFC 9293 3.10.7.1). */
static void refuse(struct model *m, int index)
{
	struct peer *client = &m->peer[index];

	client->state = TCP_SYN_SENT;
	client->done = client->unanswered = false;
	client->unacknowledged = 1; /* the SYN takes a sequence number */
	client->window = false;
	m->lost |= transit_loses(m, THE_SERVER, SEGMENT_RST); /* the SYN is sent again */
	m->counted[OUT_RSTS]++;
	segment_end_connection(m, index, ECONNREFUSED,
		"a RST answered the SYN, so tcp_reset() stored ECONNREFUSED");
}

bool handshake_answer(struct model *m, int client)
{
	int listening = m->peer[client].destination;

	if (m->peer[listening].state != TCP_LISTEN)
		refuse(m, client);
	else if (queue_has_room(m, listening))
		establish(m, client, listening);
	else
		return false; /* tcp_conn_request(): LINUX_MIB_LISTENOVERFLOWS */
	return true;
}
