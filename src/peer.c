#include "peer.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>

int peer_take_error(struct peer *peer)
{
	int error = peer->error;

	peer->error = 0;
	return error;
}

/* tcp_done() */
static void peer_done(struct peer *peer)
{
	peer->state = TCP_CLOSE;
	peer->shut_receive = peer->shut_send = true;
	peer->fin_unsettled = false;
}

/* tcp_reset(): a RST in CLOSE_WAIT stores EPIPE, in other states ECONNRESET. RFC 9293 3.10.7.4 has
 * "connection reset" for all of them. A RST for a socket in CLOSE is ignored. */
void peer_receive_rst(struct peer *peer)
{
	peer->time_wait = false;
	if (peer->state == TCP_CLOSE)
		return;
	peer->error = peer->state == TCP_CLOSE_WAIT ? EPIPE : ECONNRESET;
	peer->cause =
		peer->error == EPIPE
			? "a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE"
			: "a RST came, and not in CLOSE_WAIT, so tcp_reset() stored ECONNRESET";
	peer_done(peer);
}

/* tcp_fin(), and the answer that from's FIN gets. */
void peer_receive_fin(struct peer *peer, struct peer *from)
{
	peer->shut_receive = peer->done = true;
	if (peer->state == TCP_ESTABLISHED) {
		peer->state = TCP_CLOSE_WAIT; /* pingpong mode: the ACK is delayed */
		from->fin_unsettled = true;
		return;
	}
	/* FIN_WAIT1 or FIN_WAIT2, and this FIN acknowledges ours: tcp_time_wait(), ACK at once. */
	peer_done(peer);
	peer->time_wait = true;
	peer_done(from);
}

/* The acknowledgement of our FIN came: FIN_WAIT1 becomes FIN_WAIT2. */
void peer_settle(struct peer *peer)
{
	if (peer->fin_unsettled)
		peer->state = TCP_FIN_WAIT2;
	peer->fin_unsettled = false;
}

/* tcp_data_queue(), or in tcp_rcv_state_process() the RST for data that nobody can read any more:
 * TCPAbortOnData. */
bool peer_receive_data(struct peer *peer, struct peer *from, long length)
{
	bool gone = peer->state == TCP_CLOSE;
	bool nobody_reads = peer->shut_receive && peer->state != TCP_ESTABLISHED;

	if (!length)
		return true;
	if (!gone && !nobody_reads) {
		peer->unread += length;
		peer_settle(peer); /* the segment acknowledges our FIN, too */
		return true;
	}
	peer_receive_rst(peer); /* tcp_reset() on itself; a time-wait entry just goes */
	peer_receive_rst(from);
	return false;
}

/* tcp_disconnect(): a RST if the other end still has something to learn. */
void peer_abort(struct peer *peer, struct peer *other)
{
	bool needs_reset = peer->state != TCP_CLOSE && peer->state != TCP_LAST_ACK;

	peer_done(peer);
	if (needs_reset)
		peer_receive_rst(other);
}

/* tcp_poll() */
int peer_events(const struct peer *peer)
{
	int events = 0;

	if ((peer->shut_receive && peer->shut_send) || peer->state == TCP_CLOSE)
		events |= POLLHUP;
	if (peer->shut_receive)
		events |= POLLIN | POLLRDHUP;
	if (peer->unread)
		events |= POLLIN;
	if (peer->error)
		events |= POLLERR;
	return events | POLLOUT;
}
