#include "endpoint/endpoint.h"

#include "endpoint/background.h"
#include "endpoint/calls.h"
#include "util/clock.h"
#include "util/deadline.h"
#include "endpoint/proc_net_tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

struct endpoint endpoint_new(enum who who)
{
	return (struct endpoint){.who = who, .fd = CLOSED_DESCRIPTOR, .listen_fd = -1, .epoll = -1};
}

/* A socket bound to local, and local as the kernel then has it; or -1. */
static int bound_socket(enum family family, struct address *local)
{
	int fd = family_socket(family);
	struct address bound = {.length = sizeof bound.storage};

	if (fd < 0)
		return -1;
	/* So that it can listen again beside connections of before: inet_csk_bind_conflict(). */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (!bind(fd, (struct sockaddr *)&local->storage, local->length) &&
		!getsockname(fd, (struct sockaddr *)&bound.storage, &bound.length)) {
		*local = bound;
		return fd;
	}
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

/* A port that the kernel chose would be given back when the socket stops listening
 * (tcp_set_state(): SOCK_BINDPORT_LOCK), and another one chosen when it listens again; a server has
 * a port that it named. So the kernel's choice is named: on a second socket. */
static int listen_on_loopback(struct endpoint *endpoint)
{
	endpoint->local = family_loopback(endpoint->family);
	int chooser = bound_socket(endpoint->family, &endpoint->local);

	if (chooser < 0)
		return -errno;
	close(chooser);
	endpoint->listen_fd = bound_socket(endpoint->family, &endpoint->local);
	endpoint->listener_dirty = false;
	if (endpoint->listen_fd >= 0 && !listen(endpoint->listen_fd, BACKLOG))
		return 0;
	int error = errno;

	endpoint_close_all(endpoint);
	return -error;
}

int endpoint_open(struct endpoint *endpoint, enum family family)
{
	if (endpoint->family != family)
		endpoint_close_all(endpoint);
	endpoint->family = family;
	endpoint->remote = (struct address){0};
	endpoint->accepted = false;
	endpoint->strangers = 0;
	if (endpoint->who == CLIENT) {
		endpoint->local = (struct address){0};
		endpoint->fd = family_socket(family);
		if (endpoint->fd >= 0)
			return 0;
		endpoint->fd = CLOSED_DESCRIPTOR;
		return -errno;
	}
	int status = endpoint->listen_fd < 0 ? listen_on_loopback(endpoint) : 0;

	endpoint->fd = status ? CLOSED_DESCRIPTOR : endpoint->listen_fd;
	return status;
}

static void linger_none(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
}

void abort_connection(int fd)
{
	linger_none(fd);
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
	       !endpoint->listener_dirty;
}

void endpoint_reset(struct endpoint *endpoint)
{
	background_end(endpoint);
	if (endpoint->epoll >= 0)
		close(endpoint->epoll);
	endpoint->epoll = -1;
	while (endpoint->duplicate_count > 0) {
		linger_none(endpoint->fd);
		close(endpoint->duplicate[--endpoint->duplicate_count]);
	}
	if (endpoint->fd != endpoint->listen_fd && endpoint->fd != CLOSED_DESCRIPTOR)
		abort_connection(endpoint->fd);
	if (!endpoint_is_reusable(endpoint))
		close_listening(endpoint);
	endpoint->fd = CLOSED_DESCRIPTOR;
	if (endpoint->sigpipe)
		sigpipe_set(endpoint, 0);
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

	if (!family_is_tcp(endpoint->family))
		return 0;
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

/* The result of starting a step in the background: none yet. */
static void start(struct endpoint *endpoint, const struct step *step, struct result *result)
{
	int status = background_start(endpoint, step);

	/* One that is not joined is the experiment's mistake. */
	if (status)
		*result = (struct result){
			.kind = status == -EBUSY ? RESULT_ERROR : RESULT_FAILED, .value = -status};
}

void endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome)
{
	outcome->result = (struct result){0};
	deadline_begin(deadline);
	if (step->operation->flags & CHANGES_LISTENER && endpoint->fd == endpoint->listen_fd)
		endpoint->listener_dirty = true;
	outcome->begin = clock_now();
	if (step->background)
		start(endpoint, step, &outcome->result);
	else
		endpoint_calls[step->operation->id](endpoint, step, &outcome->result);
	outcome->end = clock_now();
	/* Past the deadline a count may be partial and an EINTR the timer's: only the timeout is
	 * sure. */
	if (deadline_passed())
		outcome->result = timeout_of(endpoint);
	int signal = endpoint->sigpipe ? sigpipe_take() : 0;

	if (signal)
		outcome->result.signal = signal;
	deadline_end();
}
