#include "trial/trial.h"

#include "endpoint/socket.h"
#include "tracer/tracee.h"
#include "tracer/tracer.h"
#include "trial/command.h"
#include "trial/events.h"
#include "trial/hold.h"
#include "trial/serving.h"
#include "util/backoff.h"
#include "util/clock.h"
#include "util/deadline.h"
#include "util/interrupt.h"
#include "util/memstream.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PACKET_ROUNDS = 256,                   /* between two looks for packets */
	START_PATIENCE = 4 * DEADLINE_DEFAULT, /* milliseconds, for a program that is to listen */
};

__attribute__((format(printf, 2, 3))) static void fail(struct trial *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(t->fate.trouble, sizeof t->fate.trouble, format, arguments);
	va_end(arguments);
}

static struct section *current(struct trial *t)
{
	return t->current < 0 ? &t->prelude : &t->section[t->current];
}

static bool go_on_with_script(struct trial *t)
{
	struct section *s = current(t);

	if (script_is_over(&t->script)) {
		if (hold_busy(t) || hold_ending(t))
			return false;
		script_take(&t->script, s);
	} else if (script_can_begin(&t->script, t->current < 0 ? NULL : s)) {
		if (hold_ending(t))
			return false;
		hold_busy(t); /* what the step wakes has slept */
		script_begin(&t->script, s);
	} else
		return false;
	s->calm = false;
	t->moved = true;
	t->pause = 0;
	return true;
}

/* Packets are read while they come: the capture's buffer is small. */
static void take_packets(struct trial *t)
{
	struct captured_packet packet;
	int got = 0;

	while (t->packet && (got = capture_next(t->session->capture, &packet)) > 0) {
		if (t->packet_count < CAPTURE_LIMIT)
			t->packet[t->packet_count++] = packet;
		else
			t->packets_left_out++;
	}
	if (got < 0)
		fail(t, "cannot read the capture: %s", strerror(-got));
}

static bool take_event(struct trial *t)
{
	struct tracer_event event = tracer_next(&t->tracer);

	if (event.kind == TRACER_NONE)
		return false;
	events_take(t, &event);
	t->pause = 0;
	return true;
}

/* Where something has to be looked for that nothing tells of, for a pause that grows. */
static void wait_and_look(struct trial *t, const sigset_t *mask)
{
	bool over = script_is_over(&t->script);
	struct pollfd answer = {
		.fd = t->script.running && !over ? t->session->listener.control : -1,
		.events = POLLIN};
	int64_t pause = t->deadline - clock_read(CLOCK_MONOTONIC);

	bool busy = hold_busy(t);

	if (hold_any(t) || busy || over || serving_is_served(t)) {
		backoff_grow(&t->pause);
		pause = t->pause < pause ? t->pause : pause;
	}
	const struct timespec timeout = clock_timespec(pause > 0 ? pause : 0);

	ppoll(&answer, 1, &timeout, mask);
}

/* While the peer is at rest, nobody is held and no call may fall asleep, a tracee is all that there
 * is to be waited for. */
static bool only_tracees(const struct trial *t)
{
	return !t->script.running && !hold_any(t) && !hold_may_sleep(t) && !serving_is_served(t) &&
	       !script_can_begin(&t->script, t->current < 0 ? NULL : &t->section[t->current]);
}

/* Until a tracee stops, the listener answers, or the deadline passes. */
static void wait_for_news(struct trial *t, const sigset_t *mask)
{
	deadline_begin(t->deadline);
	if (only_tracees(t))
		tracer_wait();
	else
		wait_and_look(t, mask);
	deadline_end();
}

static bool goes_on(const struct trial *t)
{
	if (interrupted() || t->fate.trouble[0] || t->script.trouble[0] ||
		clock_read(CLOCK_MONOTONIC) >= t->deadline || serving_is_over(t))
		return false;
	return !t->fate.ended || tracer_count(&t->tracer) ||
	       (t->script.running && !script_rests(&t->script, NULL, NULL)) ||
	       script_can_begin(&t->script, t->current < 0 ? NULL : &t->section[t->current]);
}

static void play(struct trial *t, const sigset_t *mask)
{
	for (int round = 1; goes_on(t); round++) {
		if (only_tracees(t))
			wait_for_news(t, mask);
		if (!take_event(t) && !go_on_with_script(t) && !hold_release(t))
			wait_for_news(t, mask);
		if (round % PACKET_ROUNDS == 0)
			take_packets(t);
	}
}

/* The call that the program is in at the deadline. */
static void find_wait(struct trial *t)
{
	int64_t now = clock_read(CLOCK_MONOTONIC);

	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];

		if (!task->there || !task->in_call || task->section < 0)
			continue;
		snprintf(t->fate.waits_in, sizeof t->fate.waits_in, "%s",
			call_name(task->decoded.call.id));
		t->fate.waits_since = (long)((now - task->since) / 1000000);
	}
}

static void close_books(struct trial *t)
{
	t->fate.began = t->tracer.began;
	t->fate.left = tracer_count(&t->tracer);
	t->fate.deadline = clock_read(CLOCK_MONOTONIC) >= t->deadline && t->fate.left;
	find_wait(t);
	events_time_out(t);
	/* Its end closes what it has before it is told of. */
	if (!t->script.process_ended && !t->fate.trouble[0] && !t->script.trouble[0] &&
		tracee_ends(t->session->listener.pid))
		fail(t, "the listener's process died");
	if (t->fate.began || t->fate.trouble[0] || t->script.trouble[0])
		return;
	const char *what = "execute";
	int status = tracer_reason(&t->tracer, &what);

	if (status)
		fail(t, "%s: cannot %s: %s", t->options->argv[0], what, strerror(-status));
	else if (!interrupted())
		fail(t, "%s: it ended before it was executed", t->options->argv[0]);
	t->fate.misuse = status == -ENOENT || status == -EACCES || status == -ENOEXEC;
}

static void on_child(int signal)
{
	(void)signal; /* what matters is that ppoll(2) ends */
}

/* SIGCHLD ends the wait for news, and is taken nowhere else. */
static void run_under_signals(struct trial *t, char **argv, char **environment)
{
	struct sigaction handle = {.sa_handler = on_child}, before;
	sigset_t child, original;
	char why[128];

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigaction(SIGCHLD, &handle, &before);
	sigprocmask(SIG_BLOCK, &child, &original);
	const struct tracer_options options = {.argv = argv,
		.environment = environment,
		.exits = !t->options->free,
		.sleeps = t->options->no_wait,
		.mask = &original};
	int status = tracer_start(&t->tracer, &options, why, sizeof why);

	if (status)
		fail(t, "cannot trace %s: %s%s", argv[0], why,
			status == -EPERM
				? ": yama's ptrace_scope, seccomp or another tracer forbids it"
				: "");
	else {
		t->tracer.other = t->session->listener.pid;
		play(t, &original);
		close_books(t);
	}
	deadline_rest();
	sigprocmask(SIG_SETMASK, &original, NULL);
	sigaction(SIGCHLD, &before, NULL);
}

static void run_program(struct trial *t)
{
	char port[8], **argv, **environment;
	const char *host = family_network(t->options->family) == NETWORK_IPV6 ? "::1" : "127.0.0.1";

	snprintf(port, sizeof port, "%d", address_port(&t->script.to));
	argv = command_arguments(t->options->argv, host, port);
	environment = command_environment(host, port);
	if (argv && environment)
		run_under_signals(t, argv, environment);
	else
		fail(t, "no memory for the program's arguments");
	command_free(argv);
	command_free(environment);
}

/* Where a program that is the server is to listen. A port that is free now, if none was named, as
 * whoever starts a server chooses one. */
static int choose_port(struct trial *t)
{
	t->script.to = family_loopback(t->options->family);
	address_set_port(&t->script.to, t->options->port);
	int fd = t->options->port ? 0 : socket_bound(t->options->family, &t->script.to);

	if (fd > 0)
		close(fd);
	return fd < 0 ? -errno : 0;
}

static int open_peer(struct trial *t)
{
	struct listener *listener = &t->session->listener;
	bool is_client = t->script.side == CLIENT;

	listener->plays_client = is_client;
	listener->port = t->options->port;
	int status = listener_start(listener, t->options->deadline + ANSWER_GRACE);

	if (!status)
		status = listener_open(listener, t->options->family, PLACE_LOOPBACK);
	if (!status && is_client)
		return choose_port(t);
	t->script.to = listener->address;
	return status;
}

/* What was observed beside the calls, and nothing of what the end of the rest brings about. */
static void observe(struct trial *t)
{
	struct session *session = t->session;
	size_t size;

	backoff_run_softirqs();
	take_packets(t);
	t->packets_lost = session->capture && capture_lost(session->capture);
	if (!session->sandbox.entered || counters_read(&session->sandbox.now))
		return;
	FILE *out = open_memstream(&t->counters, &size);

	if (out)
		counters_print_moved(&session->sandbox.before, &session->sandbox.now, out);
	memory_close(out, &t->counters);
}

static void run_and_observe(struct trial *t)
{
	struct session *session = t->session;

	if (session->capture) {
		t->packet = calloc(CAPTURE_LIMIT, sizeof *t->packet);
		if (!t->packet) {
			fail(t, "no memory for packets");
			return;
		}
		capture_begin(session->capture, address_port(&t->script.to), false);
	}
	int status = sandbox_begin(&session->sandbox, session->sandbox.entered, t->deadline);

	if (status) {
		fail(t, "cannot read the counters: %s", strerror(-status));
		return;
	}
	run_program(t);
	observe(t);
}

/* Until the end, nanoseconds; of a server until it listens, from when on its deadline counts: how
 * long it takes to start says nothing of what it does with a connection. */
static int64_t patience(const struct trial_options *options)
{
	bool starts = options->program == SERVER && options->deadline < START_PATIENCE;

	return (int64_t)(starts ? START_PATIENCE : options->deadline) * 1000000;
}

void trial_run(struct trial *t, struct session *session, const struct experiment *peer,
	const struct trial_options *options)
{
	*t = (struct trial){.options = options, .session = session, .current = -1};
	t->begin = clock_read(CLOCK_MONOTONIC);
	t->deadline = t->begin + patience(options);
	t->script = (struct script){.session = session,
		.side = options->program == SERVER ? CLIENT : SERVER,
		.peer = peer,
		.deadline = t->deadline};
	int status = section_new(&t->prelude, 0, options->program, 0) ? open_peer(t) : -ENOMEM;

	if (status)
		fail(t, "cannot %s port %d: %s",
			options->program == SERVER ? "connect to" : "listen on", options->port,
			strerror(-status));
	else
		run_and_observe(t);
	if (t->script.trouble[0] && !t->fate.trouble[0] && !t->fate.deadline) {
		fail(t, "%s", t->script.trouble);
		t->fate.skipped = t->script.lacks;
	}
	script_end(&t->script);
	listener_stop(&session->listener);
	if (t->tracer.program)
		tracer_end(&t->tracer);
	sandbox_end(&session->sandbox);
}

void trial_free(struct trial *t)
{
	for (int i = 0; i < t->section_count; i++)
		section_free(&t->section[i]);
	section_free(&t->prelude);
	free(t->packet);
	free(t->counters);
}
