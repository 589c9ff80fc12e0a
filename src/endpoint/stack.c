#include "endpoint/stack.h"

#include "endpoint/proc_net_tcp.h"
#include "endpoint/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <unistd.h>

enum { PATIENCE = 2000 /* milliseconds until a FIN on loopback must have arrived */ };

static struct {
	bool hides_closed_ends, hides_rdhup;
} stack;

/* A connection on loopback: the descriptor of the end that connected, and that of the other, its
 * peer. */
struct pair {
	int fd, peer;
	struct address local, remote; /* of fd */
};

/* Returns 0 or a negative errno; then nothing is open. */
static int pair_open(struct pair *pair)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), error = 0;
	struct sockaddr_storage from;
	socklen_t length = sizeof from;

	*pair = (struct pair){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .peer = -1};
	pair->local.length = pair->remote.length = sizeof pair->local.storage;
	if (listening < 0 || pair->fd < 0 || bind(listening, (struct sockaddr *)&any, sizeof any) ||
		listen(listening, 1) ||
		getsockname(listening, (struct sockaddr *)&pair->remote.storage,
			&pair->remote.length) ||
		connect(pair->fd, (struct sockaddr *)&pair->remote.storage, pair->remote.length) ||
		getsockname(pair->fd, (struct sockaddr *)&pair->local.storage, &pair->local.length))
		error = errno;
	else
		pair->peer = accept4(listening, (struct sockaddr *)&from, &length, SOCK_CLOEXEC);
	if (!error && pair->peer < 0)
		error = errno;
	if (listening >= 0)
		close(listening);
	if (error && pair->fd >= 0)
		close(pair->fd);
	return -error;
}

/* One end is closed; the other one has seen it, and stays open, so that the closed one cannot be
 * gone. */
static int look_after_close(const struct pair *pair)
{
	struct pollfd p = {.fd = pair->fd, .events = POLLIN | POLLRDHUP};

	if (poll(&p, 1, PATIENCE) <= 0)
		return -ETIMEDOUT;
	int state = proc_net_tcp_state(&pair->remote, &pair->local);

	stack.hides_rdhup = !(p.revents & POLLRDHUP);
	stack.hides_closed_ends = state < 0 || state == TCP_CLOSE;
	return 0;
}

int stack_try(void)
{
	struct pair pair;
	int status = pair_open(&pair);

	if (status)
		return status;
	close(pair.peer);
	status = look_after_close(&pair);
	socket_abort(pair.fd);
	return status;
}

bool stack_shows_closed_ends(void)
{
	return !stack.hides_closed_ends;
}

long stack_events(long events)
{
	return stack.hides_rdhup && events & POLLRDHUP ? (events & ~(long)POLLRDHUP) | POLLIN
						       : events;
}

const char *stack_lacks(int i)
{
	if (stack.hides_closed_ends && !i--)
		return "no states of ends that are closed: /proc/net/tcp does not list them";
	if (stack.hides_rdhup && !i--)
		return "no POLLRDHUP from poll(2): POLLIN is awaited instead";
	return NULL;
}
