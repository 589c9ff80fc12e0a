#include "model/disconnect.h"

#include "model/port.h"
#include "model/queue.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>

/* inet_csk_listen_stop(): resets what stands in the queue. */
static void stop_listening(struct model *m, int listener)
{
	port_release(&m->peer[listener]);
	m->peer[listener].state = TCP_CLOSE;
	for (int i = IN_QUEUE; i < IN_QUEUE + QUEUE; i++) {
		struct peer *p = &m->peer[i];

		if (!queue_holds(m, listener, i))
			continue;
		if (p->request)
			m->lost = true; /* the request is forgotten; what follows depends on its
					   timer */
		else if (state_needs_reset(p->state))
			segment_send_rst(m, i);
		if (p->state != TCP_CLOSE)
			segment_close_state(m, i);
		p->queued = p->request = false;
	}
}

void disconnect_socket(struct model *m, int peer)
{
	struct peer *p = &m->peer[peer];
	int before = p->state;

	/* write_seq moves on by the largest window seen and 2, and snd_una stays */
	if (p->window || p->unacknowledged == UNCERTAIN)
		p->unacknowledged = UNCERTAIN;
	else
		p->unacknowledged += 2;
	if (before == TCP_LISTEN)
		stop_listening(m, peer);
	else if (state_needs_reset(before) || before == TCP_SYN_SENT) {
		if (before != TCP_SYN_SENT)
			segment_send_rst(m, peer);
		p->error = ECONNRESET;
		p->cause = "tcp_disconnect() stored ECONNRESET";
	}
	segment_close_state(m, peer);
	segment_complete(p);
	p->unread = p->held_back = 0;
	p->urgent.there = false;
	p->receive_queue_full = p->send_buffer_full = p->purged = false;
	p->shut_receive = p->shut_send = p->done = false;
	segment_wake(m, peer, POLLERR); /* sk_error_report(), error or not */
}
