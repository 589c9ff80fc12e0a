#include "model/close.h"

#include "model/answer.h"
#include "model/disconnect.h"
#include "model/flood.h"
#include "model/segment.h"

#include <netinet/tcp.h>

/* TCP_TIMEWAIT_LEN, in seconds: tcp_fin_timeout, unless TCP_LINGER2 is set. */
enum { TIME_WAIT_LENGTH = 60 };

/* __tcp_close(), in the order of its tests. */
enum rule close_socket(struct model *m, int index, bool may_linger)
{
	struct peer *peer = &m->peer[index];
	struct option_value linger = peer->option[OPT_SO_LINGER];
	bool unread = peer->unread > 0, listening = peer->state == TCP_LISTEN;
	enum rule rule = RULE_CLOSE_AGAIN;

	peer->orphan = true;
	peer->unread = 0;
	flood_drop(m, index);
	if (listening)
		disconnect_socket(m, index);
	peer->shut_receive = true;
	if (peer->state == TCP_CLOSE)
		rule = listening ? RULE_CLOSE_LISTEN : RULE_CLOSE_CLOSED;
	else if (unread) {
		rule = RULE_CLOSE_UNREAD;
		m->counted[ABORT_ON_CLOSE]++;
		segment_send_rst(m, index);
		segment_end_connection(m, index, 0, NULL);
	} else if (linger.first && !linger.second) {
		rule = RULE_CLOSE_LINGER;
		if (m->counted[ABORT_ON_DATA] != UNCERTAIN)
			m->counted[ABORT_ON_DATA]++;
		disconnect_socket(m, index);
	} else if (peer->state == TCP_SYN_SENT) {
		rule = RULE_CLOSE_CONNECTING;
		peer->state = TCP_CLOSE;
	} else if (peer->state == TCP_ESTABLISHED || peer->state == TCP_CLOSE_WAIT) {
		rule = RULE_CLOSE_FIN;
		peer->state = peer->state == TCP_ESTABLISHED ? TCP_FIN_WAIT1 : TCP_LAST_ACK;
		segment_send_fin(m, index);
	} else if (peer->state == TCP_FIN_WAIT2 && peer_option(peer, OPT_TCP_LINGER2) < 0) {
		rule = RULE_CLOSE_LINGER2;
		m->counted[ABORT_ON_LINGER]++;
		segment_send_rst(m, index);
		segment_end_connection(m, index, 0, NULL);
	} else if (peer->state == TCP_FIN_WAIT2 &&
		   peer_option(peer, OPT_TCP_LINGER2) <= TIME_WAIT_LENGTH)
		peer->time_wait_fin_wait2 = true; /* tcp_time_wait() */
	else if (peer->fin_ack_pending && peer_option(peer, OPT_TCP_LINGER2) < 0)
		m->lost = true; /* it depends on the delayed acknowledgement */
	peer->shut_send = true;
	if (may_linger && linger.first && linger.second)
		segment_ack_fin(m, index); /* sk_stream_wait_close() */
	return rule;
}

/* eventpoll_release(): with the last descriptor the registration goes. */
void close_forget(struct model *m, int index)
{
	for (int who = 0; who < ENDS; who++)
		if (m->registration[who].peer == index)
			m->registration[who].there = false;
}

enum rule close_last_reference(struct model *m, int peer)
{
	close_forget(m, peer);
	return close_socket(m, peer, true);
}
