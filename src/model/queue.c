#include "model/queue.h"

#include "model/port.h"

#include <netinet/tcp.h>

bool queue_holds(const struct model *m, int listener, int index)
{
	return m->peer[index].queued && m->peer[index].listener == listener;
}

/* Nobody's connection, and not remembered as the other end of one. */
static bool is_free(const struct model *m, int index)
{
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].other == index)
			return false;
	return !m->peer[index].queued;
}

int queue_add(struct model *m, int listener)
{
	int place = 0, found = NOBODY;

	for (int i = IN_QUEUE + QUEUE - 1; i >= IN_QUEUE; i--)
		if (is_free(m, i))
			found = i;
		else if (m->peer[i].queued && m->peer[i].place >= place)
			place = m->peer[i].place + 1;
	if (found != NOBODY)
		port_forget(m, &m->peer[found]);
	if (found != NOBODY)
		m->peer[found] = (struct peer){
			.queued = true, .listener = listener, .place = place, .other = NOBODY};
	return found;
}

int queue_first(const struct model *m, int listener)
{
	int first = NOBODY;

	for (int i = IN_QUEUE; i < IN_QUEUE + QUEUE; i++)
		if (queue_holds(m, listener, i) && !m->peer[i].request &&
			(first == NOBODY || m->peer[i].place < m->peer[first].place))
			first = i;
	return first;
}

bool queue_has_room(const struct model *m, int listener)
{
	int length = 0;

	for (int i = IN_QUEUE; i < IN_QUEUE + QUEUE; i++)
		length += queue_holds(m, listener, i) && !m->peer[i].request;
	return length <= m->peer[listener].backlog;
}

bool queue_has_request(const struct model *m)
{
	for (int i = IN_QUEUE; i < IN_QUEUE + QUEUE; i++)
		if (m->peer[i].request)
			return true;
	return false;
}

bool queue_is_used(const struct model *m, int listener)
{
	for (int i = IN_QUEUE; i < IN_QUEUE + QUEUE; i++)
		if (queue_holds(m, listener, i))
			return true;
	return false;
}

static void leave(struct model *m, int queued)
{
	m->peer[queued] = (struct peer){.state = TCP_CLOSE, .other = NOBODY};
}

void queue_take(struct model *m, int queued, int index)
{
	int other = m->peer[queued].other;

	m->peer[index] = m->peer[queued];
	m->peer[index].queued = false;
	leave(m, queued);
	if (m->peer[other].other == queued)
		m->peer[other].other = index;
}
