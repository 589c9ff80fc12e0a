#include "model/fastopen.h"

#include "model/answer.h"
#include "model/disconnect.h"
#include "model/handshake.h"
#include "model/port.h"
#include "model/room.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

bool fastopen_opens(const struct model *m, const struct step *step)
{
	return step_flags(step) & MSG_FASTOPEN || m->peer[m->at[step->who]].deferred;
}

/* Does it go to the listening socket, from a port that the kernel chooses? */
static bool is_at_listener(const struct model *m, const struct step *step)
{
	const struct peer *client = &m->peer[m->at[step->who]];
	int count, at = port_listener(m, m->port_of[LISTENER], &count);

	return step_destination(step) == LISTENER && count <= 1 &&
	       (at == THE_LISTENER || at == NOBODY) && (client->deferred || !client->port);
}

/* What is not modelled: data that is held back, or cannot be read; calls that come to the socket by
 * another way than sendmsg, or while one waits that a refusal would disturb; and with the link
 * down, when nobody answers. */
static bool is_modelled(const struct model *m, const struct step *step)
{
	const struct peer *peer = &m->peer[m->at[step->who]];
	const struct pending *pending = &m->pending[step->who];
	enum operation_id id = step->operation->id;
	bool by_sendmsg = id == OP_WRITE || id == OP_WRITEV || id == OP_SEND || id == OP_SENDMSG ||
			  id == OP_SENDTO;

	return by_sendmsg && step->who == CLIENT && !(pending->there && !pending->finished) &&
	       !m->link_down && !peer->shut_send && is_at_listener(m, step) &&
	       !peer_option(peer, OPT_TCP_CORK) &&
	       !(step_flags(step) & (MSG_MORE | MSG_ZEROCOPY)) &&
	       step_value(step, ARGUMENT_MAPPED, step->number[0]) >= step->number[0] &&
	       step->number[0] <= CAPACITY &&
	       step->number[0] <= room_to_queue(m, m->at[step->who]) &&
	       step->number[0] <= room_to_read(m, THE_LISTENER);
}

/* Why __inet_stream_connect() does not begin a connection, or 0. A send(2) without an address has
 * none to connect to: tcp_v4_connect(). */
static int refusal(const struct peer *peer, const struct step *step)
{
	if (peer->socket == CONNECTED || (peer->socket == UNCONNECTED && peer->state != TCP_CLOSE))
		return EISCONN;
	if (peer->socket == DISCONNECTING || step->operation->id != OP_SENDTO)
		return EINVAL;
	return 0;
}

/* It cannot wait for the handshake: the result is what went with the SYN. Whether there was a
 * cookie for that from a connection before is not known, but that none is needed. */
static bool open_without_waiting(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *client = peer_of(m, step->who);

	if (!(m->fastopen & FASTOPEN_CLIENT_NO_COOKIE)) {
		answer_lost(m, p);
		return false;
	}
	client->destination = THE_LISTENER;
	if (!handshake_answer(m, CLIENT)) {
		answer_lost(m, p);
		return false;
	}
	client->socket = CONNECTING;
	if (!step->number[0])
		answer_errno(p, RULE_CONNECT_STARTED, EINPROGRESS);
	else if (client->state == TCP_CLOSE)
		answer_value(p, RULE_FASTOPEN_SYN, RESULT_NUMBER, step->number[0]);
	return step->number[0] && client->state != TCP_CLOSE;
}

/* As connect(2) that waits: __inet_stream_connect() */
static bool open_and_wait(struct model *m, struct peer *client, struct prediction *p)
{
	client->destination = THE_LISTENER;
	if (!handshake_answer(m, CLIENT)) {
		answer_lost(m, p);
		return false;
	}
	if (client->state != TCP_CLOSE) {
		client->socket = CONNECTED;
		return true;
	}
	answer_errno(p, RULE_CONNECT_REFUSED, peer_take_error(client));
	p->cause = client->cause;
	client->socket = UNCONNECTED;
	disconnect_socket(m, CLIENT);
	return false;
}

/* tcp_sendmsg_fastopen(): the order of its tests. A listening socket has no address to give. */
bool fastopen_open(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *client = peer_of(m, step->who);
	int error = client->deferred ? 0 : refusal(client, step);
	bool under_way = client->socket == CONNECTING && !client->deferred;

	if (!(m->fastopen & FASTOPEN_CLIENT)) {
		answer_errno(p, RULE_FASTOPEN_OFF, EOPNOTSUPP);
		return false;
	}
	if (under_way || m->at[step->who] == THE_LISTENER || (!error && !is_modelled(m, step))) {
		answer_lost(m, p);
		return false;
	}
	if (error) {
		answer_errno(p, error == EISCONN ? RULE_CONNECT_CONNECTED : RULE_FASTOPEN_NOWHERE,
			error);
		return false;
	}
	client->deferred = false;
	client->error = 0;
	port_choose(m, m->at[step->who]);
	m->counted[ACTIVE_OPENS]++;
	return step_may_not_wait(m, step) ? open_without_waiting(m, step, p)
					  : open_and_wait(m, client, p);
}

/* tcp_fastopen_defer_connect() */
bool fastopen_defers(struct model *m, enum who who, struct prediction *p)
{
	struct peer *client = peer_of(m, who);

	if (!peer_option(client, OPT_TCP_FASTOPEN_CONNECT))
		return false;
	if (!(m->fastopen & FASTOPEN_CLIENT_NO_COOKIE) || m->link_down || client->port) {
		answer_lost(m, p); /* it is put off where there is a cookie */
		return true;
	}
	port_choose(m, m->at[who]);
	client->state = TCP_SYN_SENT;
	client->socket = CONNECTING;
	client->deferred = true;
	client->error = 0;
	client->done = client->time_wait = client->window = false;
	client->unacknowledged = UNCERTAIN;
	answer_value(p, RULE_FASTOPEN_DEFERRED, RESULT_NUMBER, 0);
	return true;
}

/* do_tcp_setsockopt() */
int fastopen_option_error(const struct model *m, const struct step *step)
{
	int state = m->peer[m->at[step->who]].state;

	switch (step->option->id) {
	case OPT_TCP_FASTOPEN:
		return step->number[1] < 0 || (state != TCP_CLOSE && state != TCP_LISTEN) ? EINVAL
											  : 0;
	case OPT_TCP_FASTOPEN_CONNECT:
		return step->number[1] < 0 || step->number[1] > 1 ? EINVAL
		       : !(m->fastopen & FASTOPEN_CLIENT)         ? EOPNOTSUPP
		       : state != TCP_CLOSE                       ? EINVAL
								  : 0;
	default:
		return 0;
	}
}
