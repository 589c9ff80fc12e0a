/*
 * The calls that make and end a connection.
 */
#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
#include "util/deadline.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

void endpoint_connect(struct endpoint *e, const struct step *step, struct result *result)
{
	static const struct sockaddr disconnect = {.sa_family = AF_UNSPEC};

	/* The old local address is kept: it is what /proc/net/tcp is searched for afterwards. */
	if (step_disconnects(step)) {
		*result = result_of_call(connect(e->fd, &disconnect, sizeof disconnect));
		return;
	}
	const struct address *to = e->target.length ? &e->target : &e->remote;

	*result = result_of_call(connect(e->fd, (const struct sockaddr *)&to->storage, to->length));
	/* A socket that listens now has another address than the connection that it was. */
	if (!result_begins_nothing(result))
		descriptors_connecting(e);
}

void endpoint_accept(struct endpoint *e, const struct step *step, struct result *result)
{
	int listening = e->fresh ? e->acceptor : e->fd;

	(void)step;
	for (;;) {
		struct address peer = {.length = sizeof peer.storage};
		int fd = accept4(
			listening, (struct sockaddr *)&peer.storage, &peer.length, SOCK_CLOEXEC);

		*result = result_of_call(fd < 0 ? fd : 0);
		if (fd < 0)
			return;
		if (!descriptors_is_stranger(e, fd, &peer)) {
			if (e->in_background) {
				e->fd = fd;
				e->remote = peer;
				e->accepted = true;
			} else {
				descriptors_accepted(e, fd, &peer);
			}
			return;
		}
		descriptors_refuse_stranger(e, fd);
		if (deadline_passed())
			return;
	}
}

/* A family without a network has no such addresses. */
void endpoint_bind(struct endpoint *e, const struct step *step, struct result *result)
{
	bool usual = step_value(step, ARGUMENT_HOST, HOST_USUAL) == HOST_USUAL;

	if (family_network(e->family) == NETWORK_NONE && !usual)
		*result = (struct result){.kind = RESULT_LACKING, .value = EAFNOSUPPORT};
	else
		*result = result_of_call(
			bind(e->fd, (const struct sockaddr *)&e->target.storage, e->target.length));
}

void endpoint_listen(struct endpoint *e, const struct step *step, struct result *result)
{
	long backlog = step_value(step, ARGUMENT_BACKLOG, BACKLOG_USUAL);

	*result = result_of_call(listen(e->fd, (int)backlog));
}

void endpoint_shutdown(struct endpoint *e, const struct step *step, struct result *result)
{
	*result = result_of_call(shutdown(e->fd, (int)step->number[0]));
}

void endpoint_close(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	*result = result_of_call(close(e->fd));
	descriptors_closed(e);
}

void endpoint_dup(struct endpoint *e, const struct step *step, struct result *result)
{
	int fd = -1;

	(void)step;
	errno = EMFILE;
	if (e->duplicate_count < DUPLICATES)
		fd = fcntl(e->fd, F_DUPFD_CLOEXEC, 0);
	*result = result_of_call(fd < 0 ? fd : 0);
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
	*result = result_of_call(kill(getpid(), SIGKILL));
}
