#include "model/handshake.h"

#include "model/answer.h"
#include "model/segment.h"
#include "model/transit.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>

/* The listening socket's options that an accepted socket inherits: sk_clone_lock(). */
static struct peer child_of(const struct peer *listener)
{
	struct peer child = {.state = TCP_ESTABLISHED,
		.socket = CONNECTED,
		.other = THE_CLIENT,
		.window = true,
		.shut_receive = listener->shut_receive,
		.shut_send = listener->shut_send};

	memcpy(child.option, listener->option, sizeof child.option);
	return child;
}

/* The three-way handshake. tcp_connect_init() clears the stored error and SOCK_DONE, not the
 * shutdown bits. */
static void establish(struct model *m, struct peer *client)
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
	m->deferred = peer_option(listener, OPT_TCP_DEFER_ACCEPT) > 0;
	m->waiting = !m->deferred;
	segment_wake(m, THE_CLIENT, POLLOUT);
	if (m->waiting)
		segment_wake(m, THE_LISTENER, POLLIN);
	m->counted[PASSIVE_OPENS]++;
	/* tcp_rcv_state_process(), SYN_RECV: what a listening socket that was destroyed and listens
	 * again hands down. */
	if (m->peer[IN_QUEUE].shut_send) {
		m->peer[IN_QUEUE].state = TCP_FIN_WAIT1;
		segment_send_fin(m, IN_QUEUE);
	}
}

/* The RST that answers the SYN, in SYN_SENT (RFC 9293 3.10.7.1). */
static void refuse(struct model *m, struct peer *client)
{
	client->state = TCP_SYN_SENT;
	client->done = false;
	client->unacknowledged = 1; /* the SYN takes a sequence number */
	client->window = false;
	m->lost |= transit_loses(m, THE_SERVER, SEGMENT_RST); /* the SYN is sent again */
	m->counted[OUT_RSTS]++;
	segment_end_connection(m, THE_CLIENT, ECONNREFUSED,
		"a RST answered the SYN, so tcp_reset() stored ECONNREFUSED");
}

void handshake_answer(struct model *m, struct peer *client)
{
	if (m->peer[THE_LISTENER].state == TCP_LISTEN)
		establish(m, client);
	else
		refuse(m, client);
}
