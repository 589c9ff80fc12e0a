#include "endpoint/endpoint.h"

#include "endpoint/background.h"
#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
#include "endpoint/execute.h"
#include "endpoint/sigpipe.h"
#include "endpoint/socket.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

struct endpoint endpoint_new(enum who who)
{
	return (struct endpoint){.who = who, .fd = CLOSED_DESCRIPTOR, .listen_fd = -1, .epoll = -1};
}

/* A port that the kernel chose is given back when the socket stops listening (tcp_set_state():
 * SOCK_BINDPORT_LOCK), and another one is chosen when it listens again. A real server binds to a
 * port that it names, so a second socket is bound to the port that the kernel chose for the first.
 */
static int listen_at(struct endpoint *endpoint, enum place place)
{
	endpoint->local = family_address(endpoint->family, place);
	address_set_port(&endpoint->local, endpoint->port);
	int chooser = socket_bound(endpoint->family, &endpoint->local);

	if (chooser < 0)
		return -errno;
	close(chooser);
	endpoint->listen_fd = socket_bound(endpoint->family, &endpoint->local);
	endpoint->listener_dirty = false;
	if (endpoint->listen_fd >= 0 && !listen(endpoint->listen_fd, BACKLOG_USUAL))
		return 0;
	int error = errno;

	endpoint_close_all(endpoint);
	return -error;
}

int endpoint_open(struct endpoint *endpoint, enum family family, enum place place)
{
	if (endpoint->family != family)
		endpoint_close_all(endpoint);
	endpoint->family = family;
	endpoint->remote = (struct address){0};
	endpoint->accepted = false;
	endpoint->strangers = 0;
	endpoint->target.length = 0;
	endpoint->known = NULL;
	if (endpoint->who != SERVER) {
		endpoint->local = (struct address){0};
		endpoint->fd = socket_of_family(family);
		if (endpoint->fd >= 0)
			return 0;
		endpoint->fd = CLOSED_DESCRIPTOR;
		return -errno;
	}
	int status = endpoint->listen_fd < 0 ? listen_at(endpoint, place) : 0;

	endpoint->fd = status ? CLOSED_DESCRIPTOR : endpoint->listen_fd;
	return status;
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
		socket_linger_none(endpoint->fd);
		close(endpoint->duplicate[--endpoint->duplicate_count]);
	}
	if (endpoint->fd != endpoint->listen_fd && endpoint->fd != CLOSED_DESCRIPTOR)
		socket_abort(endpoint->fd);
	if (!endpoint_is_reusable(endpoint))
		close_listening(endpoint);
	endpoint->fd = CLOSED_DESCRIPTOR;
	if (endpoint->sigpipe != SIGPIPE_IGNORED)
		sigpipe_set(SIGPIPE_IGNORED);
	endpoint->sigpipe = SIGPIPE_IGNORED;
}

void endpoint_close_all(struct endpoint *endpoint)
{
	endpoint_reset(endpoint);
	close_listening(endpoint);
}

int endpoint_strangers(struct endpoint *e)
{
	struct pollfd waiting = {.fd = e->listen_fd, .events = POLLIN};

	for (int i = 0; i < 2 * BACKLOG_USUAL && poll(&waiting, 1, 0) > 0; i++) {
		struct address peer = {.length = sizeof peer.storage};
		int fd = accept4(
			e->listen_fd, (struct sockaddr *)&peer.storage, &peer.length, SOCK_CLOEXEC);

		if (fd < 0)
			break;
		if (descriptors_is_stranger(e, fd, &peer))
			descriptors_refuse_stranger(e, fd);
		else
			socket_abort(fd);
	}
	return e->strangers;
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

/* The event that was awaited may have woken the call in the background. */
static void settle(struct endpoint *endpoint, struct result *result)
{
	int status = endpoint->background ? background_settle(endpoint) : 0;

	if (status)
		*result = (struct result){.kind = RESULT_FAILED, .value = -status};
}

void endpoint_run(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome)
{
	execute_begin(endpoint, step, deadline, outcome);
	if (step->background)
		start(endpoint, step, &outcome->result);
	else if (step->operation->id == OP_JOIN)
		background_join(endpoint, &outcome->result);
	else if (step->operation->id == OP_URING_CANCEL)
		background_cancel(endpoint, &outcome->result);
	else if (step->operation->id == OP_SLEEPS)
		background_sleeps(endpoint, &outcome->result);
	else if (step->operation->flags & BY_URING)
		background_run(endpoint, step, &outcome->result);
	else
		execute_call(endpoint, step, outcome);
	if (step->operation->id == OP_AWAIT)
		settle(endpoint, &outcome->result);
	execute_end(endpoint, outcome);
}
