#include "endpoint/socket.h"

#include <errno.h>
#include <unistd.h>

int socket_of_family(enum family family)
{
	struct socket_kind kind = family_socket_kind(family);

	return socket(kind.domain, kind.type | SOCK_CLOEXEC, kind.protocol);
}

int socket_bound(enum family family, struct address *local)
{
	int fd = socket_of_family(family);
	struct address bound = {.length = sizeof bound.storage};

	if (fd < 0)
		return -1;
	/* So that it can listen again while earlier connections still exist:
	 * inet_csk_bind_conflict(). */
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

void socket_linger_none(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
}

void socket_abort(int fd)
{
	socket_linger_none(fd);
	close(fd);
}
