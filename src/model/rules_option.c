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

enum {
	FIN_TIMEOUT = 60,  /* seconds: net.ipv4.tcp_fin_timeout's default */
	LINGER2_MAX = 120, /* seconds: TCP_FIN_TIMEOUT_MAX */
	SOCK_MIN_RCVBUF = 2304,
};

static void say_pair(struct prediction *p, const long pair[2])
{
	answer_value(p, RULE_OPTION, RESULT_PAIR, pair[0]);
	p->result.second = pair[1];
}

/* The error of an option that the kernel does not know yet, or 0. */
static int lacks(const struct model *m, const struct socket_option *o)
{
	return version_before(m->kernel, o->since / 100, o->since % 100) ? o->error_before : 0;
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

/* The value of an option that is an int. */
static void get_int(const struct model *m, const struct peer *peer, const struct socket_option *o,
	struct prediction *p)
{
	long value = peer->option[o->id];

	switch (o->id) {
	case OPT_SO_RCVLOWAT:
		value = peer->low_water;
		break;
	case OPT_TCP_LINGER2:
		if (!peer->linger2 && m->short_timers) {
			answer_unknown(p); /* a sysctl may have changed it */
			return;
		}
		value = peer->linger2 ? peer->linger2 : FIN_TIMEOUT;
		break;
	default:
		/* A buffer's size, a timer: the kernel's choice. Or a sysctl may have changed it.
		 */
		if (o->memory == NOT_REMEMBERED ||
			(m->short_timers && o->memory == IN_RANGE && value == o->preset)) {
			answer_unknown(p);
			return;
		}
	}
	answer_value(p, RULE_OPTION, RESULT_NUMBER, value);
}

void model_getsockopt(struct model *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = peer_of(m, step->who);
	const struct socket_option *o = step->option;

	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (o->memory != NOT_REMEMBERED && lacks(m, o)) {
		answer_errno(p, RULE_OPTION_UNKNOWN, lacks(m, o));
		return;
	}
	switch (o->form) {
	case OPTION_ERRNO:
		get_error(peer, p);
		break;
	case OPTION_LINGER:
		say_pair(p, peer->linger);
		break;
	case OPTION_TIMEVAL:
		get_timeout(peer->timeout[o->id == OPT_SO_SNDTIMEO], p);
		break;
	case OPTION_INT:
		get_int(m, peer, o, p);
		break;
	}
}

static void set_timeout(struct peer *peer, const struct step *step)
{
	bool sending = step->option->id == OPT_SO_SNDTIMEO, set = step->number[1] || step->second;

	peer->timeout[sending][0] = step->number[1];
	peer->timeout[sending][1] = step->second;
	*(sending ? &peer->send_timeout : &peer->receive_timeout) = set;
}

/* __tcp_sock_set_cork(): pulling the cork sends what was held. */
static void pull_cork(struct model *m, int index)
{
	if (m->peer[index].held_back)
		segment_send_data(m, index, 0);
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

static bool set_buffer(long *buffer, long value)
{
	if (value >= 0)
		*buffer = value;
	return value >= 0;
}

/* Takes the new value of an option that is an int; false when what it does is not modelled. */
static bool set_int(struct model *m, const struct step *step)
{
	struct peer *peer = peer_of(m, step->who);
	const struct socket_option *o = step->option;
	long value = step->number[1];

	if (o->memory != NOT_REMEMBERED)
		peer->option[o->id] = o->memory == AS_FLAG ? value != 0 : value;
	switch (o->id) {
	case OPT_SO_RCVLOWAT:
		if (value < 0 || value > low_water_limit(peer))
			return false;
		set_low_water(m, m->at[step->who], value);
		return true;
	case OPT_SO_PEEK_OFF: /* over IPv6 only later kernels have it */
		peer->peek_offset = value;
		return m->family == FAMILY_TCP4;
	case OPT_TCP_CORK:
		if (!value)
			pull_cork(m, m->at[step->who]);
		return true;
	case OPT_TCP_LINGER2:
		peer->linger2 = value < 0 ? -1 : value > LINGER2_MAX ? LINGER2_MAX : value;
		return true;
	case OPT_TCP_DEFER_ACCEPT:
		peer->defers = value > 0;
		return true;
	case OPT_SO_SNDBUF:
		return set_buffer(&peer->send_buffer, value);
	case OPT_SO_RCVBUF:
		return set_buffer(&peer->receive_buffer, value);
	case OPT_TCP_QUICKACK:
		return true; /* changes when, not what */
	default:
		return o->memory != NOT_REMEMBERED;
	}
}

/* Takes the option's new value; false when what it does is not modelled. */
static bool set(struct model *m, const struct step *step)
{
	struct peer *peer = peer_of(m, step->who);
	long value = step->number[1];

	switch (step->option->form) {
	case OPTION_LINGER:
		peer->linger[0] = value != 0;
		peer->linger[1] = value ? step->second : peer->linger[1];
		return true;
	case OPTION_TIMEVAL:
		set_timeout(peer, step);
		return true;
	case OPTION_INT:
		return set_int(m, step);
	case OPTION_ERRNO:
		break; /* can be read only */
	}
	return false;
}

/* The error of a value that is not taken, or 0: do_tcp_setsockopt(), sk_setsockopt(),
 * sock_set_timeout(). */
static int out_of_range(const struct step *step)
{
	const struct socket_option *o = step->option;
	long value = step->number[1];

	if (o->form == OPTION_TIMEVAL)
		return step->second >= 1000000 ? EDOM : 0;
	return o->memory == IN_RANGE && (value < o->least || value > o->most) ? EINVAL : 0;
}

void model_setsockopt(struct model *m, const struct step *step, struct prediction *p)
{
	if (answer_bad_descriptor(m, step->who, p))
		return;
	if (lacks(m, step->option))
		answer_errno(p, RULE_OPTION_UNKNOWN, lacks(m, step->option));
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
