#include "diagnose/verdict.h"

#include <netinet/tcp.h>

const char *verdict_end(int end)
{
	return end == CONNECTOR ? "client" : "server";
}

/* What may come to an end that has ended the connection by a RST of its own accord: unread data
 * only if there was any, connections that nobody accepted only if nobody answered. */
static void add_aborts(struct verdict *v, const struct conversation *c)
{
	const struct conversation_way *own = &c->way[v->by], *other = &c->way[!v->by];

	if (other->bytes || other->missing)
		v->act[v->acts++] = ACT_CLOSE_UNREAD;
	v->act[v->acts++] = ACT_LINGER_ZERO;
	if (v->by == ACCEPTOR && !own->bytes && !own->missing && !own->fin)
		v->act[v->acts++] = ACT_LISTENER_CLOSE;
	v->act[v->acts++] = ACT_DESTROY;
}

/* It had sent its FIN. */
static void judge_reset_after_fin(struct verdict *v, const struct conversation *c, bool aborts)
{
	const struct conversation_way *other = &c->way[!v->by];

	if (aborts)
		v->what = "sent FIN, and aborted then: it closed with data unread that had come "
			  "since, or its socket was destroyed";
	else
		v->what = "had closed: what came after its FIN found no socket that reads, and its "
			  "kernel answered with RST";
	if (other->fin && other->fin < v->packet)
		v->calls = "it had sent its own FIN before the RST: a descriptor that is still "
			   "open gets ECONNRESET (tcp_reset()); a closed one's RST nobody sees";
	else
		v->calls = "read(2) gives 0 once the FIN has come (tcp_fin()); the write that the "
			   "RST answers had succeeded; tcp_reset() stores EPIPE in CLOSE_WAIT, and "
			   "the next write fails with it";
	v->shown_by = "write-after-close";
	v->act[v->acts++] = aborts ? ACT_SHUT_WR : ACT_CLOSE;
	if (!aborts)
		v->act[v->acts++] = ACT_SHUT_RDWR;
}

static void judge_reset(struct verdict *v, const struct conversation *c)
{
	v->by = c->way[ACCEPTOR].rst && (!c->way[CONNECTOR].rst ||
						c->way[ACCEPTOR].rst < c->way[CONNECTOR].rst)
			? ACCEPTOR
			: CONNECTOR;
	const struct conversation_way *own = &c->way[v->by];
	bool aborts = own->rst_flags & TH_ACK;

	v->packet = own->rst;
	if (own->fin && own->fin < own->rst) {
		judge_reset_after_fin(v, c, aborts);
		return;
	}
	v->calls = "tcp_reset() stores ECONNRESET: the next call fails with it; after that "
		   "write(2) fails with EPIPE and read(2) gives 0";
	v->shown_by = "write-after-reset";
	if (aborts) {
		v->what = "aborted: a RST with ACK is sent by a socket of its own accord "
			  "(tcp_send_active_reset())";
		add_aborts(v, c);
		return;
	}
	v->shown_by = "network-nat-reset";
	v->act[v->acts++] = ACT_RST_ON_PATH;
	v->what = "has no socket for the connection, and never sent FIN: a RST without ACK answers "
		  "a segment (tcp_v4_send_reset())";
}

static void judge_attempt(struct verdict *v, const struct conversation *c, bool refused)
{
	v->by = ACCEPTOR;
	v->packet = c->way[ACCEPTOR].rst;
	v->what = refused ? "answered the SYN with RST" : "does not answer the SYN";
	v->calls = refused ? "connect(2) fails with ECONNREFUSED (tcp_rcv_synsent_state_process(): "
			     "tcp_reset())"
			   : "connect(2) waits, and fails with ETIMEDOUT after "
			     "net.ipv4.tcp_syn_retries or TCP_USER_TIMEOUT (tcp_write_timeout())";
	v->shown_by = refused ? "connect-refused" : "connect-timeout";
	v->act[v->acts++] = refused ? ACT_LISTENER_CLOSE : ACT_VANISH;
}

static void judge_silence(struct verdict *v, const struct conversation *c)
{
	v->by = c->way[CONNECTOR].unanswered > c->way[ACCEPTOR].unanswered ? ACCEPTOR : CONNECTOR;
	v->what = "does not answer any more: what is sent to it is sent again, or it is probed";
	v->calls =
		"write(2) succeeds while the send buffer has room, read(2) waits; both fail with "
		"ETIMEDOUT after net.ipv4.tcp_retries2, TCP_USER_TIMEOUT, or keep-alive's probes "
		"(tcp_write_timeout(), tcp_keepalive_timer())";
	v->shown_by = "vanish-user-timeout";
	v->act[v->acts++] = ACT_VANISH;
}

static void judge_early_end(struct verdict *v, const struct conversation *c)
{
	v->by = ACCEPTOR;
	v->packet = c->way[ACCEPTOR].fin;
	v->what = "closed, or shut its send side, without having sent anything";
	v->calls = "read(2) gives 0 though nothing has come (tcp_fin()); write(2) succeeds until a "
		   "RST has come";
	v->shown_by = "read-after-close";
	v->act[v->acts++] = ACT_CLOSE;
	v->act[v->acts++] = ACT_SHUT_WR;
}

bool verdict_find(struct verdict *v, const struct conversation *c)
{
	enum conversation_trouble trouble = conversation_trouble(c);

	*v = (struct verdict){.by = ACCEPTOR};
	switch (trouble) {
	case TROUBLE_NONE:
		return false;
	case TROUBLE_RESET:
		judge_reset(v, c);
		return true;
	case TROUBLE_REFUSED:
	case TROUBLE_UNANSWERED:
		judge_attempt(v, c, trouble == TROUBLE_REFUSED);
		return true;
	case TROUBLE_SILENT:
		judge_silence(v, c);
		return true;
	case TROUBLE_EARLY:
		judge_early_end(v, c);
		return true;
	}
	return false;
}
