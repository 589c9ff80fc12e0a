#include "run/parties.h"

#include "run/ghost.h"
#include "run/path.h"

#include <errno.h>
#include <string.h>

/* Starts a listener where there is none; one that died since the last run is replaced, once. */
static int listener_ready(struct session *session, enum family family, enum place place)
{
	int status = -EPIPE;

	if (session->listener.pid)
		status = listener_open(&session->listener, family, place);
	if (status != -EPIPE)
		return status;
	listener_stop(&session->listener);
	status = listener_start(&session->listener, session->options.deadline + ANSWER_GRACE);
	return status ? status : listener_open(&session->listener, family, place);
}

/* A family that this kernel lacks is a skip, not a failure; how another stack says so is its own.
 */
static bool no_socket(
	const struct session *session, struct trace *trace, const char *what, int status)
{
	trace_fail(
		trace, "cannot %s on %s: %s", what, family_name(trace->family), strerror(-status));
	if (session->options.stack || status == -EAFNOSUPPORT || status == -EADDRNOTAVAIL ||
		status == -EPROTONOSUPPORT || status == -ENOPROTOOPT)
		trace->verdict = VERDICT_SKIPPED;
	return false;
}

/* The server's process is told of the client's ends, as it sees them, and they of its. */
static void tell_clients_ends(struct session *session)
{
	enum family family = session->clients.first.family;

	for (int i = 0; session->clients.many && i < ENDS; i++) {
		struct whereabouts *w = &session->listener.where[i];

		if (who_side((enum who)i) != CLIENT)
			continue;
		*w = session->clients.where[i];
		w->local = path_seen(session, family, &w->local);
	}
}

static void learn_servers_ends(struct session *session)
{
	enum family family = session->clients.first.family;

	for (int i = 0; session->clients.many && i < ENDS; i++) {
		struct whereabouts *w = &session->clients.where[i];

		if (who_side((enum who)i) != SERVER)
			continue;
		*w = session->listener.where[i];
		w->local = path_seen(session, family, &w->local);
	}
}

int parties_run_server(struct session *session, const struct step *const *step, int count,
	int64_t deadline, struct outcome *outcome)
{
	const struct endpoint *first = &session->clients.first;
	struct address client = path_seen(session, first->family, &first->local);

	tell_clients_ends(session);
	int ran = listener_run(&session->listener, step, count, deadline, &client, outcome);

	learn_servers_ends(session);
	return ran;
}

/* The client's ends connect to the listener, where they see it. */
static void aim(struct session *session, enum family family, bool many)
{
	struct address listener = path_seen(session, family, &session->listener.address);

	session->clients.first.remote = listener;
	for (int i = 0; i < FURTHER && many; i++)
		session->clients.further[i].remote = listener;
}

bool parties_open(struct session *session, struct trace *trace)
{
	bool many = experiment_has_further_ends(trace->experiment);
	enum place place = path_place(session);

	session->listener.many = many;
	int status = listener_ready(session, trace->family, place);

	if (status == -EPIPE || status == -ETIMEDOUT)
		return trace_fail(trace, "the listener's process %s before the first step",
			status == -EPIPE ? "died" : "did not answer");
	if (status)
		return no_socket(session, trace, "listen", status);
	status = ends_open(&session->clients, trace->family, place, many);
	if (status)
		return no_socket(session, trace, "create a socket", status);
	aim(session, trace->family, many);
	learn_servers_ends(session);
	if (session->capture)
		capture_begin(session->capture, address_port(&session->listener.address),
			session->sandbox.through_network);
	if (session->capture && many)
		capture_others(session->capture);
	return path_begin(session, trace);
}

/* What is left of the server's ends once their process ended, where there are more than one. */
static void make_ghosts(struct session *session, enum family family)
{
	for (int i = 0; i < ENDS && session->clients.many; i++) {
		const struct whereabouts *w = &session->listener.where[i];

		session->ghost[i] = ghost_make((enum who)i, family, &w->local, &w->remote);
	}
}

void parties_close_left(struct session *session)
{
	endpoint_close_all(&session->dead_server);
	for (int i = 0; i < ENDS && session->clients.many; i++)
		endpoint_close_all(&session->ghost[i]);
}

void parties_server_ended(struct session *session, enum family family)
{
	struct address client = path_seen(session, family, &session->clients.first.local);

	session->process_ended = true;
	session->dead_server = ghost_make(SERVER, family, &session->listener.address, &client);
	make_ghosts(session, family);
}

struct endpoint *parties_left(struct session *session, enum who who)
{
	return session->clients.many ? &session->ghost[who] : &session->dead_server;
}
