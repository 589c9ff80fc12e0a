/*
 * rules_option: the model's rules of options, and of what is around the connection.
 */
#include "model/fastopen.h"
#include "model/room.h"
#include "model/rules.h"
#include "model/segment.h"
#include "model/sysctl.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	FIN_TIMEOUT = 60,  /* seconds: net.ipv4.tcp_fin_timeout's default */
	LINGER2_MAX = 120, /* seconds: TCP_FIN_TIMEOUT_MAX */
	SOCK_MIN_RCVBUF = 2304,
};

/* What setting an option does, besides that it is remembered: options.def's EFFECT. Takes the
 * value to set and may change it to what the kernel keeps; false when what follows is not modelled.
 */
typedef bool option_effect(struct model *m, int index, struct option_value *value);

#define SOCKET_OPTION(name, level, form, memory, effect, ...) static option_effect option_##effect;
#include "language/options.def"

static option_effect *const effects[OPTION_COUNT] = {
#define SOCKET_OPTION(name, level, form, memory, effect, ...) [OPT_##name] = option_##effect,
#include "language/options.def"
};

/* It changes when something happens, or nothing that a call can see. */
static bool option_none(struct model *m, int index, struct option_value *value)
{
	(void)m, (void)index, (void)value;
	return true;
}

/* A listening socket's is looked at when another one is bound (inet_bind_conflict()); of others the
 * bucket may remember what they were bound with (tb->fastreuse). */
static bool option_reuse(struct model *m, int index, struct option_value *value)
{
	(void)value;
	m->ports_unsure |= m->peer[index].port && m->peer[index].state != TCP_LISTEN;
	return true;
}

/* sk_setsockopt(), SO_LINGER: switched off it keeps its time. */
static bool option_linger(struct model *m, int index, struct option_value *value)
{
	if (value->first == 0)
		value->second = m->peer[index].option[OPT_SO_LINGER].second;
	value->first = value->first != 0;
	return true;
}

/* No buffer becomes smaller than SOCK_MIN_SNDBUF or SOCK_MIN_RCVBUF: 0 is as 1. */
static bool option_receive_buffer(struct model *m, int index, struct option_value *value)
{
	(void)m, (void)index;
	if (!value->first)
		value->first = 1;
	return value->first >= 0;
}

/* sk_setsockopt() calls sk_write_space(), which wakes whoever waits for the socket, for whatever,
 * if there is room: sk_stream_write_space(). */
static bool option_send_buffer(struct model *m, int index, struct option_value *value)
{
	const struct peer *peer = &m->peer[index];

	if (!option_receive_buffer(m, index, value))
		return false;
	m->lost |= value->first < CAPACITY && (peer->unacknowledged || peer->held_back);
	if (!peer->send_buffer_full)
		segment_wake(m, index, POLLOUT);
	return true;
}

/* tcp_set_rcvlowat(), tcp_data_ready(). It takes no more than half of what the receive buffer may
 * become, which is at least 131,072 bytes, or twice SOCK_MIN_RCVBUF. */
static bool option_low_water(struct model *m, int index, struct option_value *value)
{
	struct peer *peer = &m->peer[index];
	long limit = peer_option(peer, OPT_SO_RCVBUF) ? SOCK_MIN_RCVBUF / 2 : 65536;

	if (value->first < 0 || value->first > limit)
		return false;
	if (!value->first)
		value->first = 1;
	if (peer->unread >= value->first || peer->done)
		segment_wake(m, index, POLLIN);
	return true;
}

/* AF_INET6's sockets have it in later kernels only (inet6_stream_ops.set_peek_off). */
static bool option_peek_offset(struct model *m, int index, struct option_value *value)
{
	(void)index, (void)value;
	return family_socket_kind(m->family).domain == AF_INET;
}

/* __tcp_sock_set_cork(): pulling the cork sends what was held. */
static bool option_cork(struct model *m, int index, struct option_value *value)
{
	if (!value->first && m->peer[index].held_back)
		segment_send_data(m, index, 0);
	return true;
}

/* do_tcp_setsockopt(), TCP_LINGER2: 0 is net.ipv4.tcp_fin_timeout's value. */
static bool option_linger2(struct model *m, int index, struct option_value *value)
{
	long s = value->first;

	(void)m, (void)index;
	value->first = s < 0 ? -1 : !s ? FIN_TIMEOUT : s > LINGER2_MAX ? LINGER2_MAX : s;
	return true;
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

static void answer_pair(struct prediction *p, struct option_value value)
{
	answer_value(p, RULE_OPTION, RESULT_PAIR, value.first);
	p->result.second = value.second;
}

/* sock_get_timeout(): it was rounded up to ticks. What is whole in ticks of 1, 4 and 10 ms (HZ
 * 1000, 250, 100) comes back as it was set. */
static void get_timeout(struct option_value timeout, struct prediction *p)
{
	if (timeout.second % 20000)
		answer_unknown(p);
	else
		answer_pair(p, timeout);
}

/* The value of an option that is an int: a buffer's size is the kernel's choice, and what is not
 * set and no flag may be a sysctl's value. */
static void get_int(const struct model *m, const struct peer *peer, const struct socket_option *o,
	struct prediction *p)
{
	long value = peer_option(peer, o->id);
	bool of_sysctl = o->level == IPPROTO_TCP && o->memory != AS_FLAG && value == o->preset;

	if (o->memory == OF_STATE) {
		answer_value(p, RULE_OPTION_STATE, RESULT_NUMBER, peer->state == TCP_LISTEN);
		return;
	}
	if (o->memory == NOT_REMEMBERED || (of_sysctl && sysctl_changed(m)))
		answer_unknown(p);
	else
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
		answer_pair(p, peer->option[o->id]);
		break;
	case OPTION_TIMEVAL:
		get_timeout(peer->option[o->id], p);
		break;
	case OPTION_INT:
		get_int(m, peer, o, p);
		break;
	}
}

/* Takes the option's new value; false when what it does is not modelled. */
static bool set(struct model *m, const struct step *step)
{
	const struct socket_option *o = step->option;
	struct option_value value = {step->number[1], step->second};

	if (o->memory == AS_FLAG)
		value.first = value.first != 0;
	if (!effects[o->id](m, m->at[step->who], &value))
		return false;
	peer_of(m, step->who)->option[o->id] = value;
	return true;
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
	else if (step->option->memory == OF_STATE)
		answer_errno(p, RULE_OPTION_STATE, ENOPROTOOPT);
	else if (fastopen_option_error(m, step))
		answer_errno(p, RULE_OPTION_FASTOPEN, fastopen_option_error(m, step));
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

/* inet_getname(): there is an address of its own whatever the state, if only one of zeroes. */
void model_getsockname(struct model *m, const struct step *step, struct prediction *p)
{
	if (!answer_bad_descriptor(m, step->who, p))
		answer_value(p, RULE_SOCKNAME, RESULT_NUMBER, 0);
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
	if (who_side(step->who) == SERVER && !m->process) {
		answer_errno(p, RULE_SIGPIPE, ESRCH);
		return;
	}
	m->sigpipe[who_side(step->who)] = (enum sigpipe_mode)step->number[0];
	answer_value(p, RULE_SIGPIPE, RESULT_NUMBER, 0);
}

/* What may be acknowledged by now, or may be later, is so before the link goes down, or never. */
static void lose_acknowledgements(struct model *m)
{
	for (int i = 0; i < PEERS; i++)
		if (!segment_awaits_ack(&m->peer[i]))
			continue;
		else if (choices_ask(&m->choices))
			segment_lose_ack(m, i);
		else
			segment_acknowledge(m, i);
}

/* With the loopback interface down nothing arrives; what was lost is sent again when it is up. */
void model_link(struct model *m, const struct step *step, struct prediction *p)
{
	bool up = step->number[0] != 0;

	for (int i = 0; i < PEERS; i++)
		m->resuming |= up && m->link_down && m->peer[i].in_flight;
	if (!up && !m->link_down)
		lose_acknowledgements(m);
	m->lost |= m->forgotten;
	for (int i = 0; i < PEERS; i++)
		m->lost |= m->peer[i].unanswered; /* when its SYN is sent again by then */
	m->link_down = !up;
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
}
