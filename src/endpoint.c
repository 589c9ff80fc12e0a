#include "endpoint.h"

#include "clock.h"
#include "deadline.h"
#include "sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 16, ALL_EVENTS = POLLIN | POLLPRI | POLLOUT | POLLRDHUP };

/* What is written (zeroes) and where what is read goes: nobody looks at it. */
static char payload[LENGTH_LIMIT];

static volatile sig_atomic_t sigpipe_handled;

static void on_sigpipe(int signal)
{
	sigpipe_handled = signal;
}

static void set_sigpipe(struct endpoint *endpoint, long mode)
{
	static void (*const dispositions[])(int) = {SIG_IGN, SIG_DFL, on_sigpipe};
	sigset_t sigpipe;

	endpoint->sigpipe = mode;
	signal(SIGPIPE, dispositions[mode]);
	/* By default it would kill: blocked, it stays pending and is seen by take_sigpipe. */
	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	pthread_sigmask(mode == 1 ? SIG_BLOCK : SIG_UNBLOCK, &sigpipe, NULL);
}

/* Which signal did the step raise? send(2)'s SIGPIPE is sent to the calling thread before it
 * returns. */
static int take_sigpipe(struct endpoint *endpoint)
{
	int taken = sigpipe_handled;
	sigset_t sigpipe;

	if (endpoint->sigpipe == 1) {
		sigemptyset(&sigpipe);
		sigaddset(&sigpipe, SIGPIPE);
		taken = sigtimedwait(&sigpipe, NULL, &(struct timespec){0});
	}
	sigpipe_handled = 0;
	return taken > 0 ? taken : 0;
}

struct endpoint endpoint_new(enum who who)
{
	return (struct endpoint){.who = who, .fd = CLOSED_DESCRIPTOR, .listen_fd = -1};
}

static int listen_on_loopback(struct endpoint *endpoint)
{
	struct address *local = &endpoint->local;

	*local = family_loopback(endpoint->family, 0);
	endpoint->listen_fd =
		socket(family_domain(endpoint->family), SOCK_STREAM | SOCK_CLOEXEC, 0);
	endpoint->listen_worn = false;
	if (endpoint->listen_fd < 0 ||
		bind(endpoint->listen_fd, (struct sockaddr *)&local->storage, local->length) ||
		listen(endpoint->listen_fd, BACKLOG) ||
		getsockname(
			endpoint->listen_fd, (struct sockaddr *)&local->storage, &local->length)) {
		int error = errno;

		endpoint_close_all(endpoint);
		return -error;
	}
	return 0;
}

int endpoint_open(struct endpoint *endpoint, enum family family)
{
	if (endpoint->family != family)
		endpoint_close_all(endpoint);
	endpoint->family = family;
	endpoint->remote = (struct address){0};
	if (endpoint->who == CLIENT) {
		endpoint->local = (struct address){0};
		endpoint->fd = socket(family_domain(family), SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (endpoint->fd >= 0)
			return 0;
		endpoint->fd = CLOSED_DESCRIPTOR;
		return -errno;
	}
	int status = endpoint->listen_fd < 0 ? listen_on_loopback(endpoint) : 0;

	endpoint->fd = status ? CLOSED_DESCRIPTOR : endpoint->listen_fd;
	return status;
}

/* Closes a connection at once, without FIN_WAIT or TIME_WAIT left behind. */
static void abort_connection(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(fd);
}

static void close_listening(struct endpoint *endpoint)
{
	if (endpoint->listen_fd >= 0)
		close(endpoint->listen_fd);
	endpoint->listen_fd = -1;
}

bool endpoint_is_reusable(const struct endpoint *endpoint)
{
	return endpoint->listen_fd >= 0 && endpoint->fd != endpoint->listen_fd &&
	       !endpoint->listen_worn;
}

void endpoint_reset(struct endpoint *endpoint)
{
	if (endpoint->fd != endpoint->listen_fd && endpoint->fd != CLOSED_DESCRIPTOR)
		abort_connection(endpoint->fd);
	if (!endpoint_is_reusable(endpoint))
		close_listening(endpoint);
	endpoint->fd = CLOSED_DESCRIPTOR;
	if (endpoint->sigpipe)
		set_sigpipe(endpoint, 0);
}

void endpoint_close_all(struct endpoint *endpoint)
{
	endpoint_reset(endpoint);
	close_listening(endpoint);
}

int endpoint_tcp_state(const struct endpoint *endpoint)
{
	uint8_t state; /* struct tcp_info begins with tcpi_state, on every kernel */
	socklen_t length = sizeof state;

	if (!getsockopt(endpoint->fd, IPPROTO_TCP, TCP_INFO, &state, &length))
		return state;
	if (errno != EBADF || !endpoint->local.length || !endpoint->remote.length)
		return errno == EBADF ? TCP_CLOSE : -errno;
	return sockets_state(&endpoint->local, &endpoint->remote);
}

static struct result timeout_of(const struct endpoint *endpoint)
{
	int state = endpoint_tcp_state(endpoint);

	return (struct result){.kind = RESULT_TIMEOUT, .value = state > 0 ? state : 0};
}

void endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome)
{
	outcome->result = (struct result){0};
	deadline_begin(deadline);
	outcome->begin = clock_now();
	step->operation->run(endpoint, step, &outcome->result);
	outcome->end = clock_now();
	/* Past the deadline a count may be partial and an EINTR the timer's: only the timeout is
	 * sure. */
	if (deadline_passed())
		outcome->result = timeout_of(endpoint);
	if (endpoint->sigpipe)
		outcome->result.signal = take_sigpipe(endpoint);
	deadline_end();
}

static void give(struct result *result, ssize_t returned)
{
	*result = (struct result){.kind = returned < 0 ? RESULT_ERROR : RESULT_NUMBER,
		.value = returned < 0 ? errno : returned};
}

void endpoint_connect(struct endpoint *e, const struct step *step, struct result *result)
{
	struct address local = {.length = sizeof local.storage};

	(void)step;
	give(result, connect(e->fd, (struct sockaddr *)&e->remote.storage, e->remote.length));
	if (!getsockname(e->fd, (struct sockaddr *)&local.storage, &local.length))
		e->local = local;
}

void endpoint_accept(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	for (;;) {
		struct address peer = {.length = sizeof peer.storage};
		int fd = accept4(
			e->fd, (struct sockaddr *)&peer.storage, &peer.length, SOCK_CLOEXEC);

		give(result, fd < 0 ? fd : 0);
		if (fd < 0)
			return;
		if (address_equal(&peer, &e->remote)) {
			e->fd = fd;
			return;
		}
		abort_connection(fd); /* a stranger on this port */
		if (deadline_passed())
			return;
	}
}

void endpoint_write(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, write(e->fd, payload, (size_t)step->number[0]));
}

void endpoint_send(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, send(e->fd, payload, (size_t)step->number[0], (int)step->number[1]));
}

void endpoint_read(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, read(e->fd, payload, (size_t)step->number[0]));
}

void endpoint_recv(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, recv(e->fd, payload, (size_t)step->number[0], (int)step->number[1]));
}

void endpoint_shutdown(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, shutdown(e->fd, (int)step->number[0]));
}

void endpoint_close(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	give(result, close(e->fd));
	if (e->fd == e->listen_fd)
		e->listen_fd = -1;
	e->fd = CLOSED_DESCRIPTOR;
}

void endpoint_poll(struct endpoint *e, const struct step *step, struct result *result)
{
	struct pollfd p = {
		.fd = e->fd, .events = (short)(step->word_count ? step->number[0] : ALL_EVENTS)};
	int ready = poll(&p, 1, 0);

	give(result, ready);
	if (ready >= 0)
		*result = (struct result){.kind = RESULT_EVENTS, .value = p.revents};
}

void endpoint_getsockopt(struct endpoint *e, const struct step *step, struct result *result)
{
	const struct socket_option *option = step->option;
	struct linger value = {0}; /* large enough for an int, too */
	socklen_t length = option->form == OPTION_LINGER ? sizeof value : sizeof(int);
	int returned = getsockopt(e->fd, option->level, option->option, &value, &length);

	give(result, returned);
	if (returned)
		return;
	result->value = value.l_onoff;
	if (option->form == OPTION_ERRNO)
		result->kind = RESULT_ERRNO;
	if (option->form == OPTION_LINGER) {
		result->kind = RESULT_PAIR;
		result->second = value.l_linger;
	}
}

void endpoint_setsockopt(struct endpoint *e, const struct step *step, struct result *result)
{
	const struct socket_option *option = step->option;
	struct linger value = {(int)step->number[1], (int)step->second};
	socklen_t length = option->form == OPTION_LINGER ? sizeof value : sizeof(int);

	if (e->fd == e->listen_fd)
		e->listen_worn = true;
	give(result, setsockopt(e->fd, option->level, option->option, &value, length));
}

void endpoint_state(struct endpoint *e, const struct step *step, struct result *result)
{
	int state = endpoint_tcp_state(e);

	(void)step;
	*result = (struct result){.kind = state < 0 ? RESULT_ERROR : RESULT_STATE,
		.value = state < 0 ? -state : state};
}

/* Waits for an event not seen before, or a moment: some changes of state (FIN_WAIT1 to FIN_WAIT2,
 * all of a closed socket) announce themselves to nobody and have to be looked for. */
static void wait_for_change(const struct endpoint *e, short *seen, long *moment)
{
	static const long longest = 1000000; /* ns */
	bool closed = e->fd == CLOSED_DESCRIPTOR || *seen & (POLLERR | POLLHUP | POLLNVAL);
	struct pollfd p = {.fd = closed ? -1 : e->fd, .events = (short)(ALL_EVENTS & ~*seen)};

	if (ppoll(&p, 1, &(struct timespec){.tv_nsec = *moment}, NULL) > 0)
		*seen = (short)(*seen | p.revents);
	*moment = *moment * 2 < longest ? *moment * 2 : longest;
}

static bool arrived(struct endpoint *e, const struct step *step, struct result *result)
{
	struct result now;

	if (step->target_is_state)
		endpoint_state(e, step, &now);
	else
		endpoint_poll(
			e, &(struct step){.number = {step->number[0]}, .word_count = 1}, &now);
	if (now.kind == RESULT_ERROR) {
		*result = now;
		return true;
	}
	*result = (struct result){.kind = RESULT_DONE};
	return step->target_is_state ? now.value == step->number[0]
				     : (now.value & step->number[0]) == step->number[0];
}

void endpoint_await(struct endpoint *e, const struct step *step, struct result *result)
{
	short seen = 0;
	long moment = 20000; /* ns */

	while (!arrived(e, step, result) && !deadline_passed())
		wait_for_change(e, &seen, &moment);
}

void endpoint_sigpipe(struct endpoint *e, const struct step *step, struct result *result)
{
	set_sigpipe(e, step->number[0]);
	give(result, 0);
}
