/*
 * The calls that make and end a connection.
 */
#include "endpoint/calls.h"

#include "util/deadline.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

void learn_local(struct endpoint *e)
{
	struct address local = {.length = sizeof local.storage};

	if (!getsockname(e->fd, (struct sockaddr *)&local.storage, &local.length))
		e->local = local;
}

void endpoint_connect(struct endpoint *e, const struct step *step, struct result *result)
{
	static const struct sockaddr disconnect = {.sa_family = AF_UNSPEC};

	/* What the call gave is the answer to /proc/net/tcp's questions afterwards: the old local
	 * address stays. */
	if (step->word_count) {
		give(result, connect(e->fd, &disconnect, sizeof disconnect));
		return;
	}
	give(result, connect(e->fd, (struct sockaddr *)&e->remote.storage, e->remote.length));
	/* A socket that listens now has another address than the connection that it was. */
	if (result->kind != RESULT_ERROR || result->value != EISCONN)
		learn_local(e);
}

/* The client of an AF_UNIX socket has no address, but it is the listener's parent; or this process
 * itself, where there is no listener. */
static bool is_relative(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof peer;

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) &&
	       (peer.pid == getppid() || peer.pid == getpid());
}

static bool is_stranger(const struct endpoint *e, int fd, const struct address *peer)
{
	if (peer->storage.ss_family == AF_UNIX)
		return !is_relative(fd);
	/* In the background the client's address is not known yet: join looks at it. */
	return !e->waits && !address_equal(peer, &e->remote);
}

void connection_accepted(struct endpoint *e, int fd)
{
	if (e->fd != e->listen_fd)
		close(e->fd);          /* a client that listens */
	while (e->duplicate_count > 0) /* of the listening socket, which stays open */
		close(e->duplicate[--e->duplicate_count]);
	e->fd = fd;
	e->accepted = true;
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
		if (!is_stranger(e, fd, &peer)) {
			if (e->waits) {
				e->fd = fd;
				e->remote = peer;
			} else {
				connection_accepted(e, fd);
			}
			return;
		}
		abort_connection(fd); /* a stranger on this port */
		e->strangers++;
		if (deadline_passed())
			return;
	}
}

int endpoint_strangers(struct endpoint *e)
{
	struct pollfd waiting = {.fd = e->listen_fd, .events = POLLIN};

	for (int i = 0; i < 2 * BACKLOG && poll(&waiting, 1, 0) > 0; i++) {
		struct address peer = {.length = sizeof peer.storage};
		int fd = accept4(
			e->listen_fd, (struct sockaddr *)&peer.storage, &peer.length, SOCK_CLOEXEC);

		if (fd < 0)
			break;
		e->strangers += is_stranger(e, fd, &peer);
		abort_connection(fd);
	}
	return e->strangers;
}

void endpoint_listen(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	give(result, listen(e->fd, BACKLOG));
}

void endpoint_shutdown(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, shutdown(e->fd, (int)step->number[0]));
}

void descriptor_closed(struct endpoint *e)
{
	bool listening = e->fd == e->listen_fd, last = !e->duplicate_count;

	e->fd = last ? CLOSED_DESCRIPTOR : e->duplicate[--e->duplicate_count];
	if (listening)
		e->listen_fd = last ? -1 : e->fd;
}

void endpoint_close(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	give(result, close(e->fd));
	descriptor_closed(e);
}

void endpoint_dup(struct endpoint *e, const struct step *step, struct result *result)
{
	int fd = -1;

	(void)step;
	errno = EMFILE;
	if (e->duplicate_count < DUPLICATES)
		fd = fcntl(e->fd, F_DUPFD_CLOEXEC, 0);
	give(result, fd < 0 ? fd : 0);
	if (fd >= 0)
		e->duplicate[e->duplicate_count++] = fd;
}

void endpoint_exit(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)e;
	(void)step;
	(void)result;
	_exit(0);
}

void endpoint_kill(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)e;
	(void)step;
	give(result, kill(getpid(), SIGKILL));
}
