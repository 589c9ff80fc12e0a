#include "model/port.h"

#include <netinet/tcp.h>

void port_preset(struct model *m)
{
	struct peer *listener = &m->peer[THE_LISTENER];

	listener->port = m->port_of[LISTENER] = m->ports = 1;
	listener->port_named = true;
	listener->option[OPT_SO_REUSEADDR].first = 1; /* endpoint's socket_bound() */
}

void port_note(struct model *m, enum who who)
{
	if (who != NAMESPACE && m->peer[m->at[who]].port)
		m->port_of[who] = m->peer[m->at[who]].port;
}

void port_choose(struct model *m, int index)
{
	if (!m->peer[index].port)
		m->peer[index].port = ++m->ports;
}

static struct binding binding_of(const struct peer *peer)
{
	const struct option_value *option = peer->option;

	return (struct binding){peer->port, option[OPT_SO_REUSEADDR].first != 0,
		option[OPT_SO_REUSEPORT].first != 0};
}

void port_release(struct peer *peer)
{
	peer->entry = binding_of(peer);
	if (!peer->port_named)
		peer->port = 0;
}

void port_forget(struct model *m, const struct peer *peer)
{
	m->ports_unsure |= peer->time_wait && peer->entry.port;
}

/* Is the socket there, and bound to the port? */
static bool holds(const struct peer *peer, int port)
{
	return peer->port == port && !(peer->state == TCP_CLOSE && peer->orphan);
}

static bool entry_holds(const struct peer *peer, int port)
{
	return peer->time_wait && peer->entry.port == port;
}

/* inet_bind_conflict(): of two sockets of one user at the same address, or one of them at any. */
static bool may_share(struct binding a, struct binding b, bool b_listens)
{
	return (a.reuse_address && b.reuse_address && !b_listens) || (a.reuse_port && b.reuse_port);
}

bool port_conflicts(const struct model *m, int index, int port)
{
	struct binding own = binding_of(&m->peer[index]);

	for (int i = 0; i < PEERS; i++) {
		const struct peer *p = &m->peer[i];

		if (i != index && holds(p, port) &&
			!may_share(own, binding_of(p), p->state == TCP_LISTEN))
			return true;
		if (entry_holds(p, port) && !may_share(own, p->entry, false))
			return true;
	}
	return false;
}

bool port_is_used(const struct model *m, int index, int port)
{
	for (int i = 0; i < PEERS; i++)
		if ((i != index && holds(&m->peer[i], port)) || entry_holds(&m->peer[i], port))
			return true;
	return false;
}

int port_listener(const struct model *m, int port, int *count)
{
	int found = NOBODY;

	*count = 0;
	for (int i = 0; i < PEERS && port; i++)
		if (m->peer[i].state == TCP_LISTEN && m->peer[i].port == port) {
			found = i;
			++*count;
		}
	return found;
}
