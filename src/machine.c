#include "machine.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

/* Up to so many unread bytes every default buffer takes without blocking: more is not modelled. */
enum { CAPACITY = 16384 };

struct machine machine_new(void)
{
	struct machine machine = {.open = {true, true}, .listening = true};

	machine.peer[CLIENT].state = machine.peer[SERVER].state = TCP_CLOSE;
	return machine;
}

/* Answers. */

static void say(struct prediction *p, enum rule rule, enum result_kind kind, long value)
{
	*p = (struct prediction){.result = {.kind = kind, .value = value}, .rule = rule};
}

static void fail(struct prediction *p, enum rule rule, int error)
{
	say(p, rule, RESULT_ERROR, error);
}

static void unknown(struct machine *m, struct prediction *p)
{
	m->lost = true;
	say(p, RULE_NONE, RESULT_UNKNOWN, 0);
}

static bool listens(const struct machine *m, enum who who)
{
	return who == SERVER && m->listening;
}

static bool bad_descriptor(const struct machine *m, enum who who, struct prediction *p)
{
	if (!m->open[who])
		fail(p, RULE_BAD_DESCRIPTOR, EBADF);
	return !m->open[who];
}

/* tcp_close_state(), tcp_send_fin() */
static void send_fin(struct machine *m, enum who who)
{
	struct peer *peer = &m->peer[who], *other = &m->peer[!who];

	peer->state = peer->state == TCP_ESTABLISHED ? TCP_FIN_WAIT1 : TCP_LAST_ACK;
	peer_receive_fin(other, peer);
}

/* The operations. */

static void connect_refused(struct peer *peer, struct prediction *p)
{
	/* __inet_stream_connect() takes the error and disconnects: the socket is as good as new. */
	peer->shut_receive = peer->shut_send = peer->done = false;
	fail(p, RULE_CONNECT_REFUSED, ECONNREFUSED);
}

void machine_connect(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *client = &m->peer[CLIENT], *server = &m->peer[SERVER];

	if (bad_descriptor(m, step->who, p))
		return;
	if (step->who == SERVER && m->listening && !m->waiting)
		unknown(m, p); /* nowhere to connect to */
	else if (step->who == SERVER || client->connected)
		fail(p, RULE_CONNECT_CONNECTED, EISCONN);
	else if (!m->listening)
		connect_refused(client, p);
	else {
		client->state = server->state = TCP_ESTABLISHED;
		client->connected = server->connected = true;
		memcpy(server->linger, m->listen_linger, sizeof server->linger);
		m->waiting = true;
		say(p, RULE_CONNECT, RESULT_NUMBER, 0);
	}
}

void machine_accept(struct machine *m, const struct step *step, struct prediction *p)
{
	if (bad_descriptor(m, step->who, p))
		return;
	if (!listens(m, step->who))
		fail(p, RULE_ACCEPT_NOT_LISTENING, EINVAL);
	else if (!m->waiting)
		say(p, RULE_ACCEPT_BLOCKS, RESULT_TIMEOUT, TCP_LISTEN);
	else {
		m->listening = m->waiting = false;
		say(p, RULE_ACCEPT, RESULT_NUMBER, 0);
	}
}

/* sk_stream_error(): EPIPE gives way to a stored error; what is EPIPE in the end raises SIGPIPE. */
static void send_fail(
	struct machine *m, const struct step *step, enum rule rule, struct prediction *p)
{
	struct peer *peer = &m->peer[step->who];
	int error = listens(m, step->who) ? 0 : peer_take_error(peer);

	fail(p, error ? RULE_SEND_STORED_ERROR : rule, error ? error : EPIPE);
	p->cause = error ? peer->cause : NULL;
	if (p->result.value == EPIPE && m->sigpipe[step->who] && !(step->number[1] & MSG_NOSIGNAL))
		p->result.signal = SIGPIPE;
}

/* tcp_sendmsg_locked(), sk_stream_wait_connect() */
void machine_send(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = &m->peer[step->who], *other = &m->peer[!step->who];
	long length = step->number[0], flags = step->number[1];

	if (bad_descriptor(m, step->who, p))
		return;
	if (listens(m, step->who) ||
		(peer->state != TCP_ESTABLISHED && peer->state != TCP_CLOSE_WAIT))
		send_fail(m, step, RULE_SEND_NOT_CONNECTED, p);
	else if (peer->shut_send)
		send_fail(m, step, RULE_SEND_SHUT, p);
	else if (flags & (MSG_OOB | MSG_MORE) || other->unread + length > CAPACITY)
		unknown(m, p);
	else
		say(p,
			peer_receive_data(other, peer, length) ? RULE_SEND_QUEUED
							       : RULE_SEND_ANSWERED_RST,
			RESULT_NUMBER, length);
}

static void blocks(const struct peer *peer, enum rule rule, struct prediction *p)
{
	say(p, rule, RESULT_TIMEOUT, peer->fin_unsettled ? 0 : peer->state);
}

/* tcp_recvmsg_locked() with something in the receive queue. */
static void receive_queued(struct peer *peer, const struct step *step, struct prediction *p)
{
	long length = step->number[0], flags = step->number[1];
	long count = length < peer->unread ? length : peer->unread;
	bool ends = peer->error || peer->shut_receive || peer->state == TCP_CLOSE;

	if (!(flags & MSG_PEEK))
		peer->unread -= count;
	if (count < length && flags & MSG_WAITALL && !(flags & MSG_DONTWAIT) && !ends)
		blocks(peer, RULE_RECEIVE_BLOCKS, p);
	else
		say(p, count < length ? RULE_RECEIVE_PARTIAL : RULE_RECEIVE_QUEUED, RESULT_NUMBER,
			count);
}

/* tcp_recvmsg_locked() with an empty receive queue: the order of its tests. */
static void receive_empty(struct peer *peer, const struct step *step, struct prediction *p)
{
	if (peer->done)
		say(p, RULE_RECEIVE_DONE, RESULT_NUMBER, 0);
	else if (peer->error)
		fail(p, RULE_RECEIVE_STORED_ERROR, peer_take_error(peer));
	else if (peer->shut_receive)
		say(p, RULE_RECEIVE_SHUT, RESULT_NUMBER, 0);
	else if (peer->state == TCP_CLOSE)
		fail(p, RULE_RECEIVE_NOT_CONNECTED, ENOTCONN);
	else if (step->number[1] & MSG_DONTWAIT)
		fail(p, RULE_RECEIVE_EMPTY, EAGAIN);
	else
		blocks(peer, RULE_RECEIVE_BLOCKS, p);
}

void machine_receive(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = &m->peer[step->who];
	bool is_read = step->operation->argument[1] == ARGUMENT_NONE;

	if (bad_descriptor(m, step->who, p))
		return;
	if (is_read && !step->number[0])
		say(p, RULE_READ_ZERO, RESULT_NUMBER, 0);
	else if (listens(m, step->who))
		fail(p, RULE_RECEIVE_NOT_CONNECTED, ENOTCONN);
	else if (step->number[1] & MSG_OOB)
		unknown(m, p);
	else if (peer->unread)
		receive_queued(peer, step, p);
	else
		receive_empty(peer, step, p);
}

/* inet_csk_listen_stop(): what waits to be accepted is reset. */
static void close_listener(struct machine *m)
{
	if (m->waiting)
		peer_abort(&m->peer[SERVER], &m->peer[CLIENT]);
	m->listening = m->waiting = false;
}

/* __tcp_close(), in the order of its tests. */
static enum rule close_connection(struct machine *m, enum who who)
{
	struct peer *peer = &m->peer[who], *other = &m->peer[!who];
	bool unread = peer->unread > 0;
	enum rule rule = RULE_CLOSE_AGAIN;

	peer->unread = 0;
	peer->shut_receive = true;
	if (peer->state == TCP_CLOSE)
		rule = RULE_CLOSE_CLOSED;
	else if (unread || (peer->linger[0] && !peer->linger[1])) {
		rule = unread ? RULE_CLOSE_UNREAD : RULE_CLOSE_LINGER;
		peer_abort(peer, other);
	} else if (peer->state == TCP_ESTABLISHED || peer->state == TCP_CLOSE_WAIT) {
		rule = RULE_CLOSE_FIN;
		send_fin(m, who);
	}
	peer->shut_send = true;
	return rule;
}

void machine_close(struct machine *m, const struct step *step, struct prediction *p)
{
	enum rule rule = RULE_CLOSE_LISTEN;

	if (bad_descriptor(m, step->who, p))
		return;
	if (listens(m, step->who))
		close_listener(m);
	else
		rule = close_connection(m, step->who);
	m->open[step->who] = false;
	say(p, rule, RESULT_NUMBER, 0);
}

static void shutdown_listening(struct machine *m, const struct step *step, struct prediction *p)
{
	/* inet_shutdown(): SHUT_WR does nothing; SHUT_RD stops listening and leaves a fresh socket,
	 * which is not modelled further. */
	if (step->number[0] != SHUT_WR) {
		close_listener(m);
		m->lost = true;
	}
	say(p, RULE_SHUTDOWN_LISTEN, RESULT_NUMBER, 0);
}

/* inet_shutdown(), tcp_shutdown() */
void machine_shutdown(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = &m->peer[step->who];
	bool was_closed = peer->state == TCP_CLOSE;

	if (bad_descriptor(m, step->who, p))
		return;
	if (listens(m, step->who)) {
		shutdown_listening(m, step, p);
		return;
	}
	peer->shut_receive |= step->number[0] != SHUT_WR;
	peer->shut_send |= step->number[0] != SHUT_RD;
	if (was_closed)
		fail(p, RULE_SHUTDOWN_CLOSED, ENOTCONN);
	else
		say(p, RULE_SHUTDOWN, RESULT_NUMBER, 0);
	if (step->number[0] != SHUT_RD &&
		(peer->state == TCP_ESTABLISHED || peer->state == TCP_CLOSE_WAIT))
		send_fin(m, step->who);
}

static int revents(const struct machine *m, enum who who, long asked)
{
	int events = listens(m, who) ? m->waiting ? POLLIN : 0 : peer_events(&m->peer[who]);

	return m->open[who] ? events & ((int)asked | POLLERR | POLLHUP) : POLLNVAL;
}

void machine_poll(struct machine *m, const struct step *step, struct prediction *p)
{
	long asked = step->word_count ? step->number[0] : POLLIN | POLLPRI | POLLOUT | POLLRDHUP;
	enum rule rule = listens(m, step->who) ? RULE_POLL_LISTEN : RULE_POLL;

	say(p, m->open[step->who] ? rule : RULE_POLL_CLOSED, RESULT_EVENTS,
		revents(m, step->who, asked));
}

void machine_getsockopt(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = &m->peer[step->who];
	const long *linger = listens(m, step->who) ? m->listen_linger : peer->linger;

	if (bad_descriptor(m, step->who, p))
		return;
	if (step->option->form == OPTION_ERRNO)
		say(p, RULE_SO_ERROR, RESULT_ERRNO,
			listens(m, step->who) ? 0 : peer_take_error(peer));
	else if (step->option->form == OPTION_LINGER) {
		say(p, RULE_OPTION, RESULT_PAIR, linger[0]);
		p->result.second = linger[1];
	} else
		say(p, RULE_NONE, RESULT_UNKNOWN,
			0); /* a buffer's size, a timer: the kernel's choice */
}

/* Does setting the option to value 0 or 1 leave all that is modelled as it is? */
static bool harmless(const struct step *step)
{
	return step->option->level == SOL_SOCKET ? step->option->option == SO_KEEPALIVE
						 : step->option->option == TCP_NODELAY ||
							   step->option->option == TCP_QUICKACK ||
							   step->option->option == TCP_USER_TIMEOUT;
}

void machine_setsockopt(struct machine *m, const struct step *step, struct prediction *p)
{
	long *linger = listens(m, step->who) ? m->listen_linger : m->peer[step->who].linger;

	if (bad_descriptor(m, step->who, p))
		return;
	if (step->option->form == OPTION_LINGER) {
		linger[0] = step->number[1] != 0;
		linger[1] = linger[0] ? step->second : linger[1];
	} else if (!harmless(step) || (step->number[1] & ~1L)) {
		unknown(m, p);
		return;
	}
	say(p, RULE_OPTION, RESULT_NUMBER, 0);
}

/* The state that the kernel shows of a side, or 0 where FIN_WAIT1 and FIN_WAIT2 are both possible.
 */
static int shown_state(const struct machine *m, enum who who)
{
	const struct peer *peer = &m->peer[who];

	if (listens(m, who) && m->open[who])
		return TCP_LISTEN;
	if (peer->time_wait && !m->open[who])
		return TCP_TIME_WAIT; /* a descriptor shows TCP_CLOSE, the table the time-wait entry
				       */
	return peer->fin_unsettled ? 0 : peer->state;
}

void machine_state(struct machine *m, const struct step *step, struct prediction *p)
{
	int state = shown_state(m, step->who);

	say(p, state ? RULE_STATE : RULE_NONE, state ? RESULT_STATE : RESULT_UNKNOWN, state);
}

static bool is_there(const struct machine *m, const struct step *step)
{
	long wanted = step->number[0];

	return step->target_is_state ? shown_state(m, step->who) == wanted
				     : (revents(m, step->who, wanted) & wanted) == wanted;
}

/* Waiting outlasts the delayed acknowledgement, so FIN_WAIT2 comes; FIN_WAIT1 may be over already.
 */
void machine_await(struct machine *m, const struct step *step, struct prediction *p)
{
	struct peer *peer = &m->peer[step->who];

	if (step->target_is_state && step->number[0] == TCP_FIN_WAIT1 && peer->fin_unsettled) {
		unknown(m, p);
		return;
	}
	if (step->target_is_state || !is_there(m, step))
		peer_settle(peer);
	if (is_there(m, step))
		say(p, RULE_AWAIT, RESULT_DONE, 0);
	else
		say(p, RULE_AWAIT_IN_VAIN, RESULT_TIMEOUT, shown_state(m, step->who));
}

void machine_sigpipe(struct machine *m, const struct step *step, struct prediction *p)
{
	m->sigpipe[step->who] = step->number[0];
	say(p, RULE_SIGPIPE, RESULT_NUMBER, 0);
}

/* Counters are not modelled; counting changes nothing. */
void machine_count(struct machine *m, const struct step *step, struct prediction *p)
{
	(void)m;
	(void)step;
	say(p, RULE_NONE, RESULT_UNKNOWN, 0);
}

/* A sysctl or the link can change everything that follows. */
void machine_namespace(struct machine *m, const struct step *step, struct prediction *p)
{
	(void)step;
	m->lost = true;
	say(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
}

struct prediction machine_predict(struct machine *machine, const struct step *step)
{
	struct prediction p = {.result.kind = RESULT_UNKNOWN};

	if (machine->lost || !step->operation->predict)
		machine->lost = true;
	else
		step->operation->predict(machine, step, &p);
	return p;
}
