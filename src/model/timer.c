#include "model/timer.h"

#include "model/answer.h"
#include "model/handshake.h"
#include "model/pending.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>

/* The retransmission timers expire in the order in which they were started, or by how often they
 * had doubled: tcp_retransmit_timer(). */
static void send_again(struct model *m)
{
	int first = 0, in_flight = 0;

	for (int i = 0; i < PEERS; i++)
		in_flight += m->peer[i].in_flight;
	if (in_flight > 1 && choices_ask(&m->choices))
		first = PEERS - 1;
	for (int n = 0; n < PEERS; n++) {
		int i = abs(first - n);

		if (!m->peer[i].in_flight)
			continue;
		if (m->peer[i].state == TCP_SYN_SENT)
			handshake_answer(m, &m->peer[i]);
		segment_send_again(m, i);
	}
}

void timer_let_pass(struct model *m)
{
	if (m->resuming)
		send_again(m);
	for (int i = 0; i < PEERS && !m->resuming; i++) {
		struct peer *p = &m->peer[i];

		if (p->held_back && !m->link_down)
			segment_send_data(m, i, 0); /* tcp_write_timer(): 200 ms at most */
		segment_acknowledge(m, i);
	}
	m->resuming = false;
	pending_wake(m);
}

/* What ends within so many seconds is waited for. */
enum { SOON = 4 };

/* Was the option set to anything but what it is by itself? */
static bool differs(const struct peer *peer, enum option_id id)
{
	return peer_option(peer, id) != socket_options[id].preset;
}

/* Is TCP_USER_TIMEOUT, in milliseconds, set, and short? */
static bool user_timeout_is_soon(const struct peer *peer)
{
	long timeout = peer_option(peer, OPT_TCP_USER_TIMEOUT);

	return timeout > 0 && timeout <= 1000L * SOON;
}

/* tcp_write_timeout(): by net.ipv4.tcp_retries2, or TCP_USER_TIMEOUT. */
static bool retransmission_ends(const struct model *m, const struct peer *peer)
{
	return peer->in_flight && (m->short_timers || user_timeout_is_soon(peer));
}

/* tcp_probe_timer(): the window stays closed, and every probe is answered; TCP_USER_TIMEOUT alone
 * gives up. */
static bool window_probe_ends(const struct peer *peer)
{
	return peer->send_buffer_full && user_timeout_is_soon(peer);
}

/* tcp_keepalive_timer(): not while packets are out; then TCP_KEEPCNT probes go by, or as many as
 * TCP_USER_TIMEOUT allows, of which one is the least. */
static bool keepalive_ends(const struct model *m, const struct peer *peer)
{
	long probes = user_timeout_is_soon(peer) ? 1 : peer_option(peer, OPT_TCP_KEEPCNT);
	long seconds =
		peer_option(peer, OPT_TCP_KEEPIDLE) + probes * peer_option(peer, OPT_TCP_KEEPINTVL);

	return peer_option(peer, OPT_SO_KEEPALIVE) && !peer->in_flight &&
	       (m->short_timers || seconds <= SOON);
}

/* tcp_write_timeout(), tcp_keepalive_timer(). An orphan in FIN_WAIT2 and a time-wait entry just go.
 */
bool timer_ends_connection(struct model *m, enum who who)
{
	struct peer *peer = &m->peer[m->at[who]];
	bool soon = m->short_timers || differs(peer, OPT_TCP_KEEPIDLE);

	if (window_probe_ends(peer) ||
		(m->link_down && (retransmission_ends(m, peer) || keepalive_ends(m, peer)))) {
		m->counted[ABORT_ON_TIMEOUT]++;
		if (!peer->in_flight && !peer->send_buffer_full)
			m->counted[OUT_RSTS]++; /* tcp_keepalive_timer() */
		segment_lose(m, m->at[who]);    /* sent again, or a keepalive probe */
		segment_end_connection(m, m->at[who], peer->soft ? peer->soft : ETIMEDOUT,
			peer->soft ? "nothing was acknowledged in time, so tcp_write_err() stored "
				     "why nothing could be sent"
				   : "nothing was acknowledged in time, so tcp_write_err() stored "
				     "ETIMEDOUT");
		return true;
	}
	if (peer_option(peer, OPT_SO_KEEPALIVE) && state_needs_reset(peer->state) &&
		m->peer[peer->other].state == TCP_CLOSE && soon) {
		segment_answer_no_socket(m, m->at[who]);
		return true;
	}
	if (!peer->orphan || peer->state != TCP_FIN_WAIT2 ||
		!(m->short_timers || differs(peer, OPT_TCP_LINGER2)))
		return false;
	segment_end_connection(m, m->at[who], 0, NULL);
	return true;
}
