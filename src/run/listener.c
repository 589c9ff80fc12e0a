#include "run/listener.h"

#include "util/child.h"
#include "util/deadline.h"
#include "util/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASIDE_LIMIT = 32 }; /* connections that are kept beside the one that is served */

/* Parent and child are one program image: a step's pointers into its tables hold in both. */
struct request {
	bool begin; /* an experiment on family, before any step is run */
	bool renew; /* and on a new listening socket */
	bool next;  /* or another connection of the same experiment */
	uint16_t port;
	enum family family;
	enum place place;
	bool strangers; /* tell of them, after all steps */
	int64_t deadline;
	bool many;                      /* the server has further ends */
	struct address peer;            /* of the first end: the client that is accepted */
	struct whereabouts where[ENDS]; /* of the ends, those of the client's process */
	int count;
	struct step step[LISTENER_BATCH];
};

struct reply {
	int status; /* of begin: 0 or a negative errno */
	bool ready; /* the listening socket serves the next experiment, and nothing else is open */
	struct address address;
	struct address local;           /* of the first end, after all steps */
	struct whereabouts where[ENDS]; /* of the ends, those of this process */
	int strangers;
	int count;
	struct outcome outcome[LISTENER_BATCH];
};

/* The connections before this one, which stay open; they end with the process. */
static int aside_count;

/* Keeps the connection, and listens for another. */
static void serve_next(struct endpoint *server, struct reply *reply)
{
	struct endpoint next = endpoint_new(SERVER);

	reply->status = aside_count == ASIDE_LIMIT ? -EMFILE : 0;
	if (reply->status)
		return;
	aside_count++;
	next.family = server->family;
	next.port = server->port;
	next.listen_fd = server->listen_fd;
	next.local = server->local;
	next.fd = next.listen_fd >= 0 ? next.listen_fd : CLOSED_DESCRIPTOR;
	*server = next;
}

static void serve_begin(struct ends *ends, const struct request *request, struct reply *reply)
{
	if (request->renew)
		ends_close_all(ends);
	else
		ends_reset(ends);
	ends->first.port = request->port;
	reply->status = ends_open(ends, request->family, request->place, request->many);
	reply->address = ends->first.local;
}

/* What one process knows of its ends, the other takes over. */
static void take_where(struct whereabouts *where, const struct whereabouts *from, enum who side)
{
	for (int i = 0; i < ENDS; i++)
		if (who_side((enum who)i) == side)
			where[i] = from[i];
}

static void serve_run(struct ends *ends, const struct request *request, struct reply *reply)
{
	if (!ends->many && !ends->first.accepted)
		ends->first.remote = request->peer;
	if (ends->many)
		take_where(ends->where, request->where, CLIENT);
	for (reply->count = 0; reply->count < request->count;) {
		struct outcome *outcome = &reply->outcome[reply->count];

		ends_run(ends, &request->step[reply->count++], request->deadline, outcome);
		if (outcome->result.kind == RESULT_TIMEOUT)
			break;
	}
}

static ssize_t receive(int control, void *message, size_t size)
{
	ssize_t n;

	do
		n = recv(control, message, size, 0);
	while (n < 0 && errno == EINTR && !interrupted());
	return n;
}

/* The listener's process: answers until the parent closes the socketpair. */
static void serve(int control, enum who side)
{
	struct ends ends = ends_new(side);
	struct request request;
	struct reply reply;

	while (receive(control, &request, sizeof request) > 0) {
		reply = (struct reply){0};
		if (request.begin)
			serve_begin(&ends, &request, &reply);
		if (request.next)
			serve_next(&ends.first, &reply);
		if (!reply.status)
			serve_run(&ends, &request, &reply);
		if (request.strangers)
			reply.strangers = ends_strangers(&ends);
		/* Connections that are still open will be reset; that must not happen during the
		 * next experiment. */
		reply.ready = ends_are_reusable(&ends) && ends.first.fd == CLOSED_DESCRIPTOR &&
			      !ends.first.background;
		reply.local = ends.first.local;
		memcpy(reply.where, ends.where, sizeof reply.where);
		size_t size = offsetof(struct reply, outcome) +
			      (size_t)reply.count * sizeof *reply.outcome;

		if (send(control, &reply, size, MSG_NOSIGNAL) < 0)
			return;
	}
}

static _Noreturn void child(int control, pid_t parent, enum who side)
{
	child_begin(parent, "closewait-listn");
	interrupt_leave();
	signal(SIGPIPE, SIG_IGN);
	if (!child_keep(&control, 1) && !deadline_setup())
		serve(control, side);
	_exit(0);
}

int listener_start(struct listener *listener, int patience)
{
	int pair[2];
	pid_t parent = getpid();
	struct timeval timeout = {patience / 1000, patience % 1000 * 1000L};

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	listener->pid = fork();
	if (!listener->pid) {
		close(pair[0]);
		child(pair[1], parent, listener->plays_client ? CLIENT : SERVER);
	}
	int error = errno;

	close(pair[1]);
	listener->control = pair[0];
	listener->ready = listener->begin = listener->renew = false;
	if (listener->pid > 0)
		return 0;
	close(pair[0]);
	listener->pid = 0;
	return -error;
}

void listener_stop(struct listener *listener)
{
	if (!listener->pid)
		return;
	close(listener->control);
	kill(listener->pid, SIGKILL); /* our child, not reaped yet: the pid is nobody else's */
	while (waitpid(listener->pid, NULL, 0) < 0 && errno == EINTR)
		;
	listener->pid = 0;
}

void listener_reaped(struct listener *listener)
{
	close(listener->control);
	listener->pid = 0;
}

static int put(struct listener *listener, struct request *request)
{
	size_t size =
		offsetof(struct request, step) + (size_t)request->count * sizeof *request->step;

	request->begin = listener->begin;
	request->family = listener->family;
	request->place = listener->place;
	request->port = listener->port;
	request->many = listener->many;
	take_where(request->where, listener->where, CLIENT);
	return send(listener->control, request, size, MSG_NOSIGNAL) < 0 ? -EPIPE : 0;
}

static int get(struct listener *listener, const struct request *request, struct reply *reply)
{
	deadline_begin(deadline_current()); /* the listener has its own deadline; this one may be
					       cut short */
	ssize_t n = receive(listener->control, reply, sizeof *reply);

	deadline_end();
	if (n <= 0)
		return n < 0 && errno == EAGAIN ? -ETIMEDOUT : -EPIPE;
	listener->begin = false;
	listener->ready = reply->ready;
	if (request->begin)
		listener->address = reply->address;
	listener->local = reply->local;
	take_where(listener->where, reply->where, SERVER);
	return reply->status;
}

static int ask(struct listener *listener, struct request *request, struct reply *reply)
{
	int status = put(listener, request);

	return status ? status : get(listener, request, reply);
}

/* Reaps a listener that died since it was last asked. */
static bool died(struct listener *listener)
{
	if (!waitpid(listener->pid, NULL, WNOHANG))
		return false;
	close(listener->control);
	listener->pid = 0;
	return true;
}

int listener_open(struct listener *listener, enum family family, enum place place)
{
	/* A run without a step of the server leaves a connection in the listener's queue. */
	struct request request = {
		.renew = listener->renew || listener->begin || listener->place != place};
	struct reply reply;
	bool ready =
		listener->ready && listener->family == family && !request.renew && !listener->many;

	if (died(listener))
		return -EPIPE;
	listener->begin = true;
	listener->renew = false;
	listener->family = family;
	listener->place = place;
	return ready ? 0 : ask(listener, &request, &reply);
}

bool listener_answers(struct listener *listener)
{
	struct request request = {0};
	struct reply reply;
	int status = ask(listener, &request, &reply);

	return status != -EPIPE && status != -ETIMEDOUT;
}

int listener_run(struct listener *listener, const struct step *const *step, int count,
	int64_t deadline, const struct address *client, struct outcome *outcome)
{
	struct request request = {0};
	struct reply reply;

	request.deadline = deadline;
	request.peer = *client;
	request.count = count;
	for (int i = 0; i < count; i++)
		request.step[i] = *step[i];
	int status = ask(listener, &request, &reply);

	if (status)
		return status;
	memcpy(outcome, reply.outcome, (size_t)reply.count * sizeof *outcome);
	return reply.count;
}

int listener_start_step(struct listener *listener, const struct step *step, int64_t deadline,
	const struct address *peer)
{
	struct request request = {.deadline = deadline, .peer = *peer, .count = 1};

	request.step[0] = *step;
	return put(listener, &request);
}

int listener_finish_step(struct listener *listener, struct outcome *outcome)
{
	struct request request = {.begin = listener->begin};
	struct reply reply;
	int status = get(listener, &request, &reply);

	if (!status)
		*outcome = reply.outcome[0];
	return status;
}

int listener_next(struct listener *listener)
{
	struct request request = {.next = true};
	struct reply reply;

	return ask(listener, &request, &reply);
}

int listener_strangers(struct listener *listener, const struct address *client)
{
	struct request request = {.strangers = true, .peer = *client};
	struct reply reply;
	int status = listener->pid ? ask(listener, &request, &reply) : -EPIPE;

	return status ? status : reply.strangers;
}
