/*
 * expiry: which of a socket's timers run, when they end its connection, and how: tcp_timer.c.
 */
#include "model/answer.h"
#include "model/segment.h"
#include "model/sysctl.h"
#include "model/timer.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>

/* Milliseconds. What ends within SOON is waited for; what takes LATE is not, however long the
 * deadline. */
enum { SOON = 4000, LATE = 60000 };

/* When a timer ends the connection, in milliseconds from its start: when it may, and when it will
 * have. */
struct span {
	long least, most;
};

static const struct span never = {LONG_MAX, LONG_MAX}, some_time = {0, LONG_MAX};

static struct span earlier(struct span a, struct span b)
{
	return (struct span){
		a.least < b.least ? a.least : b.least, a.most < b.most ? a.most : b.most};
}

/* TCP_USER_TIMEOUT (RFC 5482), to which each timer is cut: tcp_clamp_rto_to_user_timeout(). One
 * may have started a retransmission later. */
static struct span user_timeout(const struct peer *peer, long retransmission)
{
	long timeout = peer_option(peer, OPT_TCP_USER_TIMEOUT);

	return timeout ? (struct span){timeout, timeout + retransmission} : never;
}

/* tcp_model_timeout(): so many retransmissions, the first after 200 ms, each twice as late. The
 * timer that finds it out is the one after. */
static struct span retries(const struct model *m, long count)
{
	enum { RTO_MIN = 200, MANY = 8 };

	if (sysctl_changes_rto(m))
		return some_time;
	if (count > MANY)
		return never;
	return (struct span){((2L << count) - 1) * RTO_MIN, (4L << count) * RTO_MIN};
}

/* A value that a socket option overrules unless it is at its preset. */
static long overruled(
	const struct model *m, const struct peer *peer, enum option_id id, enum sysctl_id sysctl)
{
	long value = peer_option(peer, id);

	return value == socket_options[id].preset ? m->sysctl[sysctl] : value;
}

static bool syn_runs(const struct model *m, const struct peer *peer)
{
	return (m->link_down || peer->unanswered) && peer->state == TCP_SYN_SENT;
}

/* tcp_write_timeout(): a SYN is sent again after a second, and since 6.5 up to four times a second
 * later each (ccce324dabfe) before the time doubles. */
static struct span syn_ends(const struct model *m, const struct peer *peer)
{
	enum { INITIAL = 1000, LINEAR = 4, MANY = 16 };
	long count = m->sysctl[SYSCTL_SYN_RETRIES];
	struct span by_user = user_timeout(peer, 2L * INITIAL);
	long least = ((2L << (count < MANY ? count : MANY)) - 1) * INITIAL;

	if (by_user.least < INITIAL)
		by_user.least = INITIAL;
	return earlier(by_user, (struct span){least, least + (LINEAR + 1L) * INITIAL});
}

static bool retransmission_runs(const struct model *m, const struct peer *peer)
{
	return m->link_down && peer->in_flight && peer->state != TCP_SYN_SENT;
}

/* tcp_orphan_retries(): nobody can be told of an orphan's end. */
static struct span unanswered(const struct model *m, const struct peer *peer)
{
	enum { ORPHAN = 8 };
	long orphan = m->sysctl[SYSCTL_ORPHAN_RETRIES] ? m->sysctl[SYSCTL_ORPHAN_RETRIES] : ORPHAN;

	return retries(m, peer->orphan ? orphan : m->sysctl[SYSCTL_RETRIES2]);
}

/* tcp_write_timeout() */
static struct span retransmission_ends(const struct model *m, const struct peer *peer)
{
	enum { RETRANSMISSION = 600 };

	return earlier(user_timeout(peer, RETRANSMISSION), unanswered(m, peer));
}

static bool probe_runs(const struct model *m, const struct peer *peer)
{
	(void)m;
	return peer->send_buffer_full && !peer->in_flight;
}

/* tcp_probe_timer(): the window stays closed. While every probe is answered TCP_USER_TIMEOUT alone
 * gives up. */
static struct span probe_ends(const struct model *m, const struct peer *peer)
{
	enum { PROBE = 600 };
	struct span by_user = user_timeout(peer, PROBE);

	return m->link_down ? earlier(by_user, unanswered(m, peer)) : by_user;
}

static bool keepalive_runs(const struct model *m, const struct peer *peer)
{
	return m->link_down && peer_option(peer, OPT_SO_KEEPALIVE) && !peer->in_flight &&
	       !peer->send_buffer_full && state_needs_reset(peer->state);
}

static long keepalive_idle(const struct model *m, const struct peer *peer)
{
	return 1000 * overruled(m, peer, OPT_TCP_KEEPIDLE, SYSCTL_KEEPALIVE_TIME);
}

/* tcp_keepalive_timer(): not while packets are out; then TCP_KEEPCNT probes go by, or as many as
 * TCP_USER_TIMEOUT allows, of which one is the least. */
static struct span keepalive_ends(const struct model *m, const struct peer *peer)
{
	enum { SLACK = 1000 };
	long idle = keepalive_idle(m, peer);
	long interval = 1000 * overruled(m, peer, OPT_TCP_KEEPINTVL, SYSCTL_KEEPALIVE_INTVL);
	long probes = overruled(m, peer, OPT_TCP_KEEPCNT, SYSCTL_KEEPALIVE_PROBES);
	long end = idle + probes * interval, user = peer_option(peer, OPT_TCP_USER_TIMEOUT);

	if (user)
		end = idle + interval > user ? idle + interval : user + interval;
	return (struct span){user ? idle : end, end + SLACK};
}

static bool refused_probe_runs(const struct model *m, const struct peer *peer)
{
	return !m->link_down && peer_option(peer, OPT_SO_KEEPALIVE) &&
	       state_needs_reset(peer->state) && m->peer[peer->other].state == TCP_CLOSE;
}

/* The first keepalive probe finds no socket. */
static struct span refused_probe_ends(const struct model *m, const struct peer *peer)
{
	long idle = keepalive_idle(m, peer);

	return (struct span){idle, idle + 1000};
}

static bool fin_wait2_runs(const struct model *m, const struct peer *peer)
{
	(void)m;
	return peer->orphan && peer->state == TCP_FIN_WAIT2;
}

/* tcp_fin_time() */
static struct span fin_wait2_ends(const struct model *m, const struct peer *peer)
{
	long timeout = 1000 * overruled(m, peer, OPT_TCP_LINGER2, SYSCTL_FIN_TIMEOUT);

	return (struct span){timeout, timeout + 2000};
}

/* tcp_write_err(): the reason why the last segment could not be sent, if there is one. */
static void give_up(struct model *m, int index)
{
	struct peer *peer = &m->peer[index];

	m->counted[ABORT_ON_TIMEOUT]++;
	segment_lose(m, index); /* it was sent again */
	segment_end_connection(m, index, peer->soft ? peer->soft : ETIMEDOUT,
		peer->soft ? "nothing was acknowledged in time, so tcp_write_err() stored why "
			     "nothing could be sent"
			   : "nothing was acknowledged in time, so tcp_write_err() stored "
			     "ETIMEDOUT");
}

/* tcp_keepalive_timer(): a RST besides */
static void give_up_with_rst(struct model *m, int index)
{
	m->counted[OUT_RSTS]++;
	give_up(m, index);
}

/* An orphan in FIN_WAIT2 just goes. */
static void just_go(struct model *m, int index)
{
	segment_end_connection(m, index, 0, NULL);
}

static const struct timer {
	bool (*runs)(const struct model *m, const struct peer *peer);
	struct span (*ends)(const struct model *m, const struct peer *peer);
	void (*expires)(struct model *m, int index);
} timers[] = {
	{syn_runs, syn_ends, give_up},
	{retransmission_runs, retransmission_ends, give_up},
	{probe_runs, probe_ends, give_up},
	{keepalive_runs, keepalive_ends, give_up_with_rst},
	{refused_probe_runs, refused_probe_ends, segment_answer_no_socket},
	{fin_wait2_runs, fin_wait2_ends, just_go},
};

enum expiry timer_expire(struct model *m, int index, long patience)
{
	struct span first = never;
	const struct timer *timer = NULL;

	for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
		if (!timers[i].runs(m, &m->peer[index]))
			continue;
		struct span span = timers[i].ends(m, &m->peer[index]);

		if (span.most < first.most)
			timer = &timers[i];
		first = earlier(first, span);
	}
	if (first.least > patience)
		return EXPIRY_NONE;
	if (timer && first.most <= SOON && first.most <= patience) {
		timer->expires(m, index);
		return EXPIRY_ENDED;
	}
	return first.least < LATE ? EXPIRY_UNCERTAIN : EXPIRY_NONE;
}
