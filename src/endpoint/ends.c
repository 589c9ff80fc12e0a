#include "endpoint/ends.h"

#include "endpoint/descriptors.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static enum who further_who(const struct ends *ends, int i)
{
	return (enum who)((int)ends->side + SIDES * (i + 1));
}

struct ends ends_new(enum who side)
{
	struct ends ends = {
		.side = side, .first = endpoint_new(side), .listener = endpoint_new(LISTENER)};

	for (int i = 0; i < FURTHER; i++)
		ends.further[i] = endpoint_new(further_who(&ends, i));
	return ends;
}

/* The end of this side; a step of the other side is not run here. */
static struct endpoint *end_of(struct ends *ends, enum who who)
{
	if (who == LISTENER)
		return &ends->listener;
	return who == ends->side ? &ends->first : &ends->further[who / SIDES - 1];
}

/* Until the server has accepted, its descriptor is the listening socket: to shows what was done to
 * it at from. Afterwards only whether the socket is still there is shared. */
static void share_listener(
	const struct ends *ends, const struct endpoint *from, struct endpoint *to)
{
	to->listen_fd = from->listen_fd;
	to->listener_dirty |= from->listener_dirty;
	if (ends->first.accepted)
		return;
	to->fd = from->fd;
	to->duplicate_count = from->duplicate_count;
	memcpy(to->duplicate, from->duplicate, sizeof to->duplicate);
}

static int open_further(struct ends *ends, enum family family, enum place place)
{
	int status = 0;

	for (int i = 0; i < FURTHER && !status; i++) {
		status = endpoint_open(&ends->further[i], family, place);
		ends->further[i].known = ends->where;
		ends->further[i].fresh = ends->side == SERVER;
	}
	ends->first.known = ends->where;
	if (ends->side == SERVER) {
		ends->first.listener_dirty = true; /* connections may wait in its queue */
		ends->listener.family = family;
		ends->listener.local = ends->first.local;
		share_listener(ends, &ends->first, &ends->listener);
		ends->where[LISTENER].local = ends->first.local;
	}
	return status;
}

int ends_open(struct ends *ends, enum family family, enum place place, bool many)
{
	int status = endpoint_open(&ends->first, family, place);

	ends->many = many;
	ends->place = place;
	ends->first.known = NULL;
	if (!many || status)
		return status;
	status = open_further(ends, family, place);
	if (status)
		ends_close_all(ends);
	return status;
}

void ends_reset(struct ends *ends)
{
	if (ends->many) {
		/* The descriptors of the listening socket are first's to close. */
		if (!ends->first.accepted)
			ends->listener.duplicate_count = 0;
		ends->listener.fd = CLOSED_DESCRIPTOR;
		ends->listener.listen_fd = -1;
		endpoint_reset(&ends->listener);
		for (int i = 0; i < FURTHER; i++)
			endpoint_reset(&ends->further[i]);
	}
	endpoint_reset(&ends->first);
	if (ends->many)
		memset(ends->where, 0, sizeof ends->where);
	ends->many = false;
}

void ends_close_all(struct ends *ends)
{
	ends_reset(ends);
	endpoint_close_all(&ends->first);
}

bool ends_are_reusable(const struct ends *ends)
{
	return endpoint_is_reusable(&ends->first) && !ends->many;
}

int ends_strangers(struct ends *ends)
{
	int count = endpoint_strangers(&ends->first);

	for (int i = 0; i < FURTHER && ends->many; i++)
		count += ends->further[i].strangers;
	return count;
}

/* Where the kernel has the end's socket now. One that is bound to any address is reached at
 * loopback's. */
static void learn_where(struct ends *ends, const struct endpoint *e)
{
	struct address bound = {.length = sizeof bound.storage},
		       *where = &ends->where[e->who].local;
	struct sockaddr_in *in = (struct sockaddr_in *)&bound.storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&bound.storage;
	struct address loopback = family_address(e->family, ends->place);

	ends->where[e->who].remote = e->remote;
	if (getsockname(e->fd, (struct sockaddr *)&bound.storage, &bound.length))
		return;
	if (bound.storage.ss_family == AF_INET && in->sin_addr.s_addr == INADDR_ANY)
		in->sin_addr = ((struct sockaddr_in *)&loopback.storage)->sin_addr;
	if (bound.storage.ss_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr))
		in6->sin6_addr = ((struct sockaddr_in6 *)&loopback.storage)->sin6_addr;
	bool port = address_port(&bound) || family_network(e->family) == NETWORK_NONE;

	if (bound.length > sizeof bound.storage.ss_family && port)
		*where = bound; /* one that lost its port is remembered where it was */
}

/* What bind(2) is given: one of the machine's addresses with an end's port. */
static struct address to_bind(
	const struct ends *ends, const struct endpoint *e, const struct step *step)
{
	static const struct address unknown = {0};
	long host = step_value(step, ARGUMENT_HOST, HOST_USUAL);
	enum who end = step_port(step);
	const struct address *there = end == NAMESPACE ? &unknown : &ends->where[end].local;
	struct address a = family_address(e->family, host == HOST_ANY        ? PLACE_ANY
						     : host == HOST_NONLOCAL ? PLACE_FAR
									     : ends->place);

	if (family_network(e->family) == NETWORK_NONE && there->length)
		return *there;
	address_set_port(&a, address_port(there));
	return a;
}

/* Which socket an accept is called on, and where a connect goes. */
static void prepare(struct ends *ends, struct endpoint *e, const struct step *step)
{
	bool addressed = step_connects(step) || step->operation->id == OP_SENDTO;
	const struct address *to = &ends->where[step_destination(step)].local;

	e->acceptor = ends->first.listen_fd;
	if (addressed)
		e->target =
			to->length ? *to : family_address(e->family, ends->place); /* to port 0 */
	if (step->operation->id == OP_BIND)
		e->target = to_bind(ends, e, step);
	if (step_begins(step))
		e->fresh = false;
}

/* SIGPIPE is the process's. */
static void share_sigpipe(struct ends *ends, enum sigpipe_mode mode)
{
	ends->first.sigpipe = ends->listener.sigpipe = mode;
	for (int i = 0; i < FURTHER; i++)
		ends->further[i].sigpipe = mode;
}

void ends_run(struct ends *ends, const struct step *step, int64_t deadline, struct outcome *outcome)
{
	struct endpoint *e = end_of(ends, step->who);

	if (!ends->many) {
		endpoint_run(e, step, deadline, outcome);
		return;
	}
	bool before = ends->first.accepted;

	prepare(ends, e, step);
	endpoint_run(e, step, deadline, outcome);
	e->fresh &= !e->accepted;
	if (step->operation->id == OP_SIGPIPE)
		share_sigpipe(ends, e->sigpipe);
	learn_where(ends, e);
	if (e == &ends->listener)
		share_listener(ends, e, &ends->first);
	else if (e == &ends->first && ends->side == SERVER) {
		if (e->accepted && !before)
			ends->listener.duplicate_count = 0; /* accept closed them */
		share_listener(ends, e, &ends->listener);
	}
}
