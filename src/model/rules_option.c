/*
 * rules_option: the model's rules of options, and of what is around the connection.
 */
#include "model/rules.h"
#include "model/segment.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { RTO_MAX_MS = 44 }; /* TCP_RTO_MAX_MS; not in glibc's headers */

enum {
	FIN_TIMEOUT = 60,  /* seconds: net.ipv4.tcp_fin_timeout's default */
	LINGER2_MAX = 120, /* seconds: TCP_FIN_TIMEOUT_MAX */
	SOCK_MIN_RCVBUF = 2304,
};

/* The options that only have to be remembered: what they are before they are set, and which values
 * are taken as they are. Others are EINVAL; of those that are no more than a flag (not strict)
 * every value but 0 is 1. */
static const struct {
	int level, option;
	long preset, least, most;
	bool strict;
} remembered[REMEMBER_COUNT] = {
	[REMEMBER_KEEPALIVE] = {SOL_SOCKET, SO_KEEPALIVE, 0, 0, 1, false},
	[REMEMBER_NODELAY] = {IPPROTO_TCP, TCP_NODELAY, 0, 0, 1, false},
	[REMEMBER_KEEPIDLE] = {IPPROTO_TCP, TCP_KEEPIDLE, 7200, 1, 32767, true},
	[REMEMBER_KEEPINTVL] = {IPPROTO_TCP, TCP_KEEPINTVL, 75, 1, 32767, true},
	[REMEMBER_KEEPCNT] = {IPPROTO_TCP, TCP_KEEPCNT, 9, 1, 127, true},
	[REMEMBER_USER_TIMEOUT] = {IPPROTO_TCP, TCP_USER_TIMEOUT, 0, 0, 999999999, true},
	[REMEMBER_RTO_MAX] = {IPPROTO_TCP, RTO_MAX_MS, 120000, 1000, 120000, true},
	[REMEMBER_OOBINLINE] = {SOL_SOCKET, SO_OOBINLINE, 0, 0, 1, false},
};

static int remembers(const struct socket_option *o)
{
	for (int i = 0; i < REMEMBER_COUNT; i++)
		if (remembered[i].level == o->level && remembered[i].option == o->option)
			return i;
	return REMEMBER_COUNT;
}

static bool is(const struct step *step, int level, int option)
{
	return step->option->level == level && step->option->option == option;
}

static void say_pair(struct prediction *p, const long pair[2])
{
	answer_value(p, RULE_OPTION, RESULT_PAIR, pair[0]);
	p->result.second = pair[1];
}

/* What the kernel does not know yet: TCP_RTO_MAX_MS before 54a378f43425, SO_PEEK_OFF of TCP before
 * 05ea491641d3. */
static int lacks(const struct model *m, const struct step *step)
{
	if (is(step, IPPROTO_TCP, RTO_MAX_MS) && version_before(m->kernel, 6, 15))
		return ENOPROTOOPT;
	if (is(step, SOL_SOCKET, SO_PEEK_OFF) && version_before(m->kernel, 6, 10))
		return EOPNOTSUPP;
	return 0;
}

/* sk_getsockopt(), SO_ERROR: sk_err, and when there is none sk_err_soft */
static void get_error(struct peer *peer, struct prediction *p)
{
	const char *cause = peer->error ? peer->cause : NULL;
	int error = peer_take_error(peer);

	if (!error) {
		error = peer->soft;
		peer->soft = 0;
	}
	answer_value(p, RULE_SO_ERROR, RESULT_ERRNO, error);
	p->cause = cause;
}

/* sock_get_timeout(): it was rounded up to ticks. What is whole in ticks of 1, 4 and 10 ms (HZ
 * 1000, 250, 100) comes back as it was set. */
static void get_timeout(const long timeout[2], struct prediction *p)
{
	if (timeout[1] % 20000)
		answer_unknown(p);
	else
		say_pair(p, timeout);
}

void model_getsockopt(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	int i = remembers(step->option);

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (is(step, IPPROTO_TCP, RTO_MAX_MS) && lacks(m, step))
		answer_errno(p, RULE_OPTION_UNKNOWN, lacks(m, step));
	else if (step->option->form == OPTION_ERRNO)
		get_error(peer, p);
	else if (step->option->form == OPTION_LINGER)
		say_pair(p, peer->linger);
	else if (step->option->form == OPTION_TIMEVAL)
		get_timeout(peer->timeout[step->option->option == SO_SNDTIMEO], p);
	else if (is(step, SOL_SOCKET, SO_RCVLOWAT))
		answer_value(p, RULE_OPTION, RESULT_NUMBER, peer->low_water);
	else if (is(step, IPPROTO_TCP, TCP_LINGER2) && (peer->linger2 || !m->short_timers))
		answer_value(
			p, RULE_OPTION, RESULT_NUMBER, peer->linger2 ? peer->linger2 : FIN_TIMEOUT);
	else if (is(step, IPPROTO_TCP, TCP_CORK))
		answer_value(p, RULE_OPTION, RESULT_NUMBER, peer->cork);
	else if (is(step, SOL_SOCKET, SO_ZEROCOPY))
		answer_value(p, RULE_OPTION, RESULT_NUMBER, peer->zerocopy);
	else if (i < REMEMBER_COUNT)
		answer_value(p, RULE_OPTION, RESULT_NUMBER,
			peer->remembered[i] ? peer->remembered[i] : remembered[i].preset);
	else
		answer_unknown(p); /* a buffer's size, a timer: the kernel's choice */
}

static void set_timeout(struct peer *peer, const struct step *step)
{
	bool sending = step->option->option == SO_SNDTIMEO, set = step->number[1] || step->second;

	peer->timeout[sending][0] = step->number[1];
	peer->timeout[sending][1] = step->second;
	*(sending ? &peer->send_timeout : &peer->receive_timeout) = set;
}

/* __tcp_sock_set_cork(): pulling the cork sends what was held. */
static void set_cork(struct model *m, const struct step *step)
{
	struct peer *peer = peer_of(m, step->who);

	peer->cork = step->number[1] != 0;
	if (!peer->cork && peer->held_back)
		segment_send_data(m, m->at[step->who], 0);
}

/* tcp_set_rcvlowat() takes no more than half of what the receive buffer may become, which is at
 * least this. */
static long low_water_limit(const struct peer *peer)
{
	return peer->receive_buffer ? SOCK_MIN_RCVBUF / 2 : 65536;
}

/* tcp_set_rcvlowat(), tcp_data_ready() */
static void set_low_water(struct model *m, int index, long value)
{
	struct peer *peer = &m->peer[index];

	peer->low_water = value ? value : 1;
	if (peer->unread >= peer->low_water || peer->done)
		segment_wake(m, index, POLLIN);
}

/* Takes the option's new value; false when what it does is not modelled. */
static bool set(struct model *m, const struct step *step)
{
	struct peer *peer = peer_of(m, step->who);
	long value = step->number[1];
	int i = remembers(step->option);

	if (step->option->form == OPTION_LINGER) {
		peer->linger[0] = value != 0;
		peer->linger[1] = value ? step->second : peer->linger[1];
	} else if (step->option->form == OPTION_TIMEVAL)
		set_timeout(peer, step);
	else if (is(step, SOL_SOCKET, SO_RCVLOWAT) && value >= 0 && value <= low_water_limit(peer))
		set_low_water(m, m->at[step->who], value);
	else if (is(step, SOL_SOCKET, SO_PEEK_OFF) && m->family == FAMILY_TCP4)
		peer->peek_offset = value; /* over IPv6 only later kernels have it */
	else if (is(step, IPPROTO_TCP, TCP_CORK))
		set_cork(m, step);
	else if (is(step, IPPROTO_TCP, TCP_LINGER2))
		peer->linger2 = value < 0 ? -1 : value > LINGER2_MAX ? LINGER2_MAX : value;
	else if (is(step, IPPROTO_TCP, TCP_DEFER_ACCEPT))
		peer->defers = value > 0;
	else if (is(step, SOL_SOCKET, SO_ZEROCOPY))
		peer->zerocopy = value;
	else if (is(step, SOL_SOCKET, SO_SNDBUF) && value >= 0)
		peer->send_buffer = value;
	else if (is(step, SOL_SOCKET, SO_RCVBUF) && value >= 0)
		peer->receive_buffer = value;
	else if (i < REMEMBER_COUNT)
		peer->remembered[i] = remembered[i].strict ? value : value != 0;
	else
		return is(step, IPPROTO_TCP, TCP_QUICKACK); /* changes when, not what */
	return true;
}

/* The error of a value that is not taken, or 0: do_tcp_setsockopt(), sk_setsockopt(),
 * sock_set_timeout(). */
static int out_of_range(const struct step *step)
{
	long value = step->number[1];
	int i = remembers(step->option);

	if (step->option->form == OPTION_TIMEVAL)
		return step->second >= 1000000 ? EDOM : 0;
	if (is(step, SOL_SOCKET, SO_ZEROCOPY))
		return value < 0 || value > 1 ? EINVAL : 0;
	return i < REMEMBER_COUNT && remembered[i].strict &&
			       (value < remembered[i].least || value > remembered[i].most)
		       ? EINVAL
		       : 0;
}

void model_setsockopt(struct model *m, const struct step *step, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (lacks(m, step))
		answer_errno(p, RULE_OPTION_UNKNOWN, lacks(m, step));
	else if (out_of_range(step))
		answer_errno(p, RULE_OPTION_RANGE, out_of_range(step));
	else if (set(m, step))
		answer_value(p, RULE_OPTION, RESULT_NUMBER, 0);
	else
		answer_lost(m, p);
}

void model_fcntl(struct model *m, const struct step *step, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p))
		return;
	peer_of(m, step->who)->nonblocking = step->number[1] != 0;
	answer_value(p, RULE_FCNTL, RESULT_NUMBER, 0);
}

/* inet_getname() */
void model_getpeername(struct model *m, const struct step *step, struct prediction *p)
{
	int state = peer_of(m, step->who)->state;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (state == TCP_CLOSE || state == TCP_LISTEN || state == TCP_SYN_SENT)
		answer_errno(p, RULE_PEERNAME_NOT_CONNECTED, ENOTCONN);
	else
		answer_value(p, RULE_PEERNAME, RESULT_NUMBER, 0);
}

void model_sigpipe(struct model *m, const struct step *step, struct prediction *p)
{
	if (step->who == SERVER && !m->process) {
		answer_errno(p, RULE_SIGPIPE, ESRCH);
		return;
	}
	m->sigpipe[step->who] = step->number[0];
	answer_value(p, RULE_SIGPIPE, RESULT_NUMBER, 0);
}

/* The sysctls that only make timers shorter leave all else as it is. */
void model_sysctl(struct model *m, const struct step *step, struct prediction *p)
{
	static const char *const timers[] = {"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries1",
		"net.ipv4.tcp_retries2", "net.ipv4.tcp_orphan_retries",
		"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl",
		"net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_syn_retries",
		"net.ipv4.tcp_rto_max_ms", "net.ipv4.tcp_rto_min_us"};
	bool known = false;

	for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
		known |= !strcmp(step->word[0], timers[i]);
	if (!known) {
		answer_lost(m, p); /* it can change anything that follows */
		return;
	}
	m->short_timers = true;
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
}

/* With the loopback interface down nothing arrives; what was lost is sent again when it is up. */
void model_link(struct model *m, const struct step *step, struct prediction *p)
{
	bool up = step->number[0] != 0;

	for (int i = 0; i < PEERS; i++)
		m->resuming |= up && m->link_down && m->peer[i].in_flight;
	m->link_down = !up;
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
}
