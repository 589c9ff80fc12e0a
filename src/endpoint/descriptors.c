#include "endpoint/descriptors.h"

#include "endpoint/proc_net_tcp.h"
#include "endpoint/socket.h"
#include "endpoint/stack.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

static void learn_local(struct endpoint *e)
{
	struct address local = {.length = sizeof local.storage};

	if (!getsockname(e->fd, (struct sockaddr *)&local.storage, &local.length))
		e->local = local;
}

void descriptors_connecting(struct endpoint *e)
{
	if (e->target.length)
		e->remote = e->target;
	learn_local(e);
}

void descriptors_accepted(struct endpoint *e, int fd, const struct address *peer)
{
	if (e->fd != e->listen_fd)
		close(e->fd);          /* an end that listens, or a fresh one */
	while (e->duplicate_count > 0) /* of the listening socket, which stays open */
		close(e->duplicate[--e->duplicate_count]);
	e->fd = fd;
	e->accepted = true;
	if (e->known && peer->length) {
		e->remote = *peer;
		learn_local(e);
	}
}

void descriptors_closed(struct endpoint *e)
{
	bool listening = e->fd == e->listen_fd, last = !e->duplicate_count;

	e->fd = last ? CLOSED_DESCRIPTOR : e->duplicate[--e->duplicate_count];
	if (listening)
		e->listen_fd = last ? -1 : e->fd;
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

bool descriptors_is_stranger(const struct endpoint *e, int fd, const struct address *peer)
{
	switch (family_protocol(e->family)) {
	case PROTOCOL_UNIX:
		return !is_relative(fd);
	case PROTOCOL_TCP:
	case PROTOCOL_MPTCP:
		break;
	}
	/* In the background the client's address is not known yet: join looks at it. */
	if (e->in_background || address_equal(peer, &e->remote))
		return false;
	for (int i = 0; e->known && i < ENDS; i++)
		if (address_equal(peer, &e->known[i].local))
			return false;
	return true;
}

void descriptors_refuse_stranger(struct endpoint *e, int fd)
{
	socket_abort(fd);
	e->strangers++;
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
	if (!stack_shows_closed_ends())
		return 0;
	return proc_net_tcp_state(&endpoint->local, &endpoint->remote);
}
