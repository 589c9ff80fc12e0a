/*
 * session: runner.h's session: opening it, closing it, and reading what its observers saw of a run.
 */
#include "run/session.h"

#include "endpoint/stack.h"
#include "observe/sysinfo.h"
#include "observe/tracepoints.h"
#include "util/clock.h"
#include "util/deadline.h"
#include "util/disposition.h"
#include "util/interrupt.h"
#include "util/memstream.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static struct disposition sigpipe;

/* The sessions of a thread. */
static _Thread_local struct {
	pid_t thread; /* in a child of fork(2) it is another one, which has none */
	int count;
	bool sandboxed; /* the one that is there is in a sandbox */
	bool moved; /* the thread is in a sandbox, if only in that of a session that was closed */
} here;

/* Notes a part that cannot be observed. */
static void note(struct session *session, const char *what, const char *reason)
{
	size_t used = strlen(session->notes);

	snprintf(session->notes + used, sizeof session->notes - used, "%s: %s\n", what, reason);
}

static void open_observers(struct session *session)
{
	struct session_options *options = &session->options;
	char why[REASON_LIMIT];

	/* Before the sandbox: there a user namespace may hide the caller's right to tracefs. */
	if (options->events && tracepoints_open(&session->events, why, sizeof why))
		note(session, "no kernel events", why);
	if (options->sandbox)
		sandbox_enter(&session->sandbox, why, sizeof why);
	if (options->sandbox && !session->sandbox.entered)
		note(session, "no packets, counters, sysctl and link steps", why);
	if ((session->sandbox.entered || options->stack) && options->wire != WIRE_NONE &&
		capture_open(&session->capture, options->pcap, why, sizeof why))
		note(session, "no packets", why);
	if (options->pcap && !session->capture)
		fclose(options->pcap); /* nothing will be written to it */
}

/* A stack that is not Linux: what it shows is tried, and what only Linux has is not asked for. */
static int open_stack(struct session *session, char *message, size_t size)
{
	struct session_options *options = &session->options;
	int status = stack_try();

	if (status) {
		snprintf(message, size, "cannot try what %s shows: %s", options->stack,
			strerror(-status));
		return status;
	}
	options->sandbox = options->events = options->states = options->counters = false;
	note(session,
		options->wire == WIRE_NONE ? "no packets, counters, sysctl and link steps"
					   : "no counters, sysctl and link steps",
		"the stack is not Linux");
	for (int i = 0; stack_lacks(i); i++)
		note(session, "the stack shows", stack_lacks(i));
	return 0;
}

/* What is said of a stack that is not Linux. */
static char *stack_context(struct session *session)
{
	struct utsname name;
	char *text = NULL;

	session->kernel = version_newest;
	if (uname(&name) ||
		asprintf(&text,
			"# %s, which calls itself %s %s %s, held against the newest Linux\n",
			session->options.stack, name.sysname, name.release, name.machine) < 0)
		return NULL;
	return text;
}

/* What is said of the machine, and of what cannot be observed. */
static char *make_context(struct session *session)
{
	char *machine = session->options.stack ? stack_context(session)
					       : sysinfo_read(&session->kernel),
	     *text = NULL;
	size_t size;
	FILE *out = machine ? open_memstream(&text, &size) : NULL;

	if (out) {
		fputs(machine, out);
		if (!session->sandbox.entered)
			fputs(here.moved ? "# in the sandbox of a session that was closed\n"
					 : "# in the host's network namespace, not in a sandbox\n",
				out);
		for (char *at = session->notes; *at; at += strcspn(at, "\n") + 1)
			fprintf(out, "# %.*s\n", (int)strcspn(at, "\n"), at);
		memory_close(out, &text);
	}
	free(machine);
	return text;
}

/* Can there be another session in this thread? 0 or -EBUSY. */
static int find_room(bool sandbox, char *message, size_t size)
{
	if (here.thread != gettid()) {
		here.thread = gettid();
		here.count = here.sandboxed = 0;
	}
	if (!here.sandboxed && !(sandbox && here.count))
		return 0;
	snprintf(message, size, "%s",
		here.sandboxed ? "another session of this thread is in a sandbox, which a session "
				 "has for itself: close that one first, or use another thread"
			       : "cannot move into a sandbox: this thread has another session: "
				 "close that one first, or use another thread");
	return -EBUSY;
}

/* What a session needs of its thread and process. */
static int hold_signals(char *message, size_t size)
{
	int status = deadline_setup();

	if (status) {
		snprintf(
			message, size, "cannot create the deadline's timer: %s", strerror(-status));
		return status;
	}
	status = disposition_hold(&sigpipe, SIGPIPE, SIG_IGN);
	if (!status)
		return 0;
	snprintf(message, size, "cannot ignore SIGPIPE: %s", strerror(-status));
	deadline_teardown();
	return status;
}

int session_open(
	struct session *session, const struct session_options *options, char *message, size_t size)
{
	int status = find_room(options->sandbox, message, size);

	if (!status)
		status = hold_signals(message, size);
	if (status)
		return status;
	*session = (struct session){.options = *options, .clients = ends_new(CLIENT)};
	here.count++;
	if (options->stack && (status = open_stack(session, message, size))) {
		session_close(session);
		return status;
	}
	open_observers(session);
	here.sandboxed = session->sandbox.entered;
	here.moved |= here.sandboxed;
	session->context = make_context(session);
	if (session->context)
		return 0;
	status = -errno;
	snprintf(message, size, KERNEL_UNKNOWN ": %s", strerror(errno));
	session_close(session);
	return status;
}

int session_close(struct session *session)
{
	ends_close_all(&session->clients);
	listener_stop(&session->listener);
	network_close(&session->sandbox.network);
	tracepoints_close(session->events);
	free(session->context);
	deadline_teardown();
	disposition_release(&sigpipe, SIGPIPE);
	here.count--;
	here.sandboxed = false; /* a session in a sandbox is the only one */
	return capture_close(session->capture);
}

/* Whose connection the packet is of, by the port that the end connected from: client's unless it is
 * known to be another's. */
static enum who connected_end(const struct session *session, uint16_t port)
{
	for (int i = 0; session->clients.many && i < ENDS; i++) {
		const struct whereabouts *place = &session->clients.where[i];

		if (i != LISTENER && address_port(&place->local) == port)
			return (enum who)i;
	}
	return CLIENT;
}

static int add_packet(struct session *session, struct trace *trace, struct captured_packet *capture)
{
	capture->packet.end = connected_end(session, capture->client_port);
	return trace_add_capture(trace, capture);
}

/* Reads the packets that are there; then waits for those that are missing, but only as long as
 * every packet seen was one that is expected. */
static bool collect_packets(struct session *session, struct trace *trace)
{
	int64_t deadline =
		clock_read(CLOCK_MONOTONIC) + (int64_t)session->options.deadline * 1000000;
	bool complete = trace->reached == trace->experiment->step_count;
	struct captured_packet capture;
	int got, status = 0;

	for (;;) {
		while (!status && (got = capture_next(session->capture, &capture)) != 0)
			status = got < 0 ? got : add_packet(session, trace, &capture);
		if (status)
			return trace_fail(trace, "cannot read the capture: %s", strerror(-status));
		if (!complete || trace_match(trace) <= 0 || interrupted() ||
			clock_read(CLOCK_MONOTONIC) >= deadline)
			break;
		deadline_begin(deadline);
		capture_wait(session->capture, deadline);
		deadline_end();
	}
	return !capture_lost(session->capture) || trace_fail(trace, "the capture lost packets");
}

static bool collect_events(struct session *session, struct trace *trace)
{
	int count;

	if (!trace->event)
		trace->event = calloc(EVENT_LIMIT, sizeof *trace->event);
	if (!trace->event)
		return trace_fail(trace, "no memory for the kernel's events");
	count = tracepoints_read(session->events, address_port(&session->clients.first.local),
		address_port(&session->clients.first.remote), trace->event, EVENT_LIMIT);
	trace->event_count = count > 0 ? count : 0;
	return count >= 0 ||
	       trace_fail(trace, "cannot read the kernel's events: %s", strerror(-count));
}

static bool collect_counters(struct session *session, struct trace *trace)
{
	size_t size;
	int status = counters_read(&session->sandbox.now);
	FILE *out = status ? NULL : open_memstream(&trace->counters, &size);

	if (!out)
		return trace_fail(trace, "cannot read the counters: %s", strerror(-status));
	counters_print_moved(&session->sandbox.before, &session->sandbox.now, out);
	return memory_close(out, &trace->counters) ||
	       trace_fail(trace, "no memory for the counters");
}

void session_observe(struct session *session, struct trace *trace)
{
	if (trace->wire != WIRE_NONE && !collect_packets(session, trace))
		return;
	if (session->events && !collect_events(session, trace))
		return;
	if (session->options.counters && session->sandbox.entered)
		collect_counters(session, trace);
}
