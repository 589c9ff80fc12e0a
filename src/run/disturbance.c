#include "run/disturbance.h"

#include "observe/kthreads.h"
#include "observe/sysinfo.h"
#include "run/path.h"
#include "util/interrupt.h"
#include "util/text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Held-back data waits at least this many nanoseconds: tcp_probe0_base(), TCP_RTO_MIN. */
enum { HELD = 200000000 };

/* A timeout that is seen so many nanoseconds after the deadline was not in time to be sure: the
 * timer ends a call within milliseconds. */
enum { GAP = 100000000 };

/* What a call fails with for want of something that the experiment is not about; NULL: nothing. */
static const char *wanting(const struct session *session, const struct step *step, long error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return "the limit of this process or machine";
	case ENOBUFS: /* an answer to MSG_ZEROCOPY: msg_zerocopy_alloc() */
		return step_flags(step) & MSG_ZEROCOPY ? NULL : "the limit of this machine";
	case EPERM:
	case EACCES:
	case ENOSYS: /* an option may need a privilege; another stack may not have the call */
		return step->option || session->options.stack
			       ? NULL
			       : "denied by seccomp, a security module or a firewall";
	case EADDRNOTAVAIL:
	case EADDRINUSE: /* the ports are others', too */
		return session->sandbox.entered ? NULL : "no port";
	default:
		return NULL;
	}
}

bool disturbance_result(const struct session *session, struct trace *trace, int step)
{
	const struct script_step *entry = &trace->experiment->script[step];
	const struct result *result = &trace->observation[step].outcome.result;
	const struct result *predicted = &trace->observation[step].prediction.result;
	struct result expected = trace_expected(trace, step);
	const char *want =
		result->kind == RESULT_ERROR ? wanting(session, &entry->step, result->value) : NULL;

	if (!want || (expected.kind == RESULT_ERROR && expected.value == result->value) ||
		(predicted->kind == RESULT_ERROR && predicted->value == result->value))
		return true;
	return trace_fail(trace, "line %d: %s: %s: %s", entry->line, entry->step.operation->name,
		strerror((int)result->value), want);
}

void disturbance_timeout(struct trace *trace, int step, int64_t late)
{
	int line = trace->experiment->script[step].line;
	char name[64];

	if (trace->observation[step].outcome.result.kind != RESULT_TIMEOUT || interrupted())
		return;
	if (late > GAP)
		trace_fail(trace,
			"line %d timed out %ld ms after its deadline: this process was stopped, or "
			"got no processor, or the machine was suspended",
			line, (long)(late / 1000000));
	else if (kthreads_starved("/proc", name, sizeof name))
		trace_fail(trace, "line %d timed out while the kernel's %s waits for a processor",
			line, name);
}

/* A killed listener closes the server's sockets before its parent can see it end, so only a
 * listener that still answers is above suspicion. Other clients' connections fill the listener's
 * queue, or are what poll reports; with two connections of the client's own that cannot be told. */
static void suspect_listener(struct session *session, struct trace *trace)
{
	if (session->process_ended || !session->listener.pid)
		return;
	const struct endpoint *first = &session->clients.first;
	struct address client = path_seen(session, first->family, &first->local);
	int strangers = listener_strangers(&session->listener, &client);

	if (strangers == -EPIPE || strangers == -ETIMEDOUT) {
		listener_stop(&session->listener);
		trace_fail(trace, "the listener died during the run");
	} else if (strangers > 0 && (session->connects <= 1 || session->listener.many))
		trace_fail(trace, "others connected to the listener: %d connection%s", strangers,
			text_plural(strangers));
}

static bool sets_cork(const struct step *step)
{
	return step->operation->id == OP_SETSOCKOPT && step->option->id == OPT_TCP_CORK;
}

static bool holds_back(const struct step *step, const bool corked[ENDS])
{
	return step->operation->id == OP_FILL || step->operation->id == OP_DROP ||
	       step->operation->id == OP_REORDER ||
	       (step->operation->flags & SENDS &&
		       (corked[step->who] || step_flags(step) & MSG_MORE));
}

static bool began_late(struct trace *trace, int i, int64_t since, int64_t limit)
{
	int64_t late = trace->observation[i].outcome.begin - since;

	if (late <= limit)
		return false;
	trace_fail(trace, "line %d began %ld ms after data was held back: longer than it is",
		trace->experiment->script[i].line, (long)(late / 1000000));
	return true;
}

/* Where the network delays segments, each step is to begin before what the one before it sent has
 * arrived. */
static void suspect_delay(struct trace *trace)
{
	int64_t delay = 0;

	for (int i = 0; i < trace->reached; i++) {
		const struct step *step = &trace->experiment->script[i].step;

		if (delay && i &&
			began_late(trace, i, trace->observation[i - 1].outcome.end, delay))
			return;
		if (step->operation->id == OP_DELAY)
			delay = step->number[0] * 1000000;
	}
}

/* TCP_CORK and MSG_MORE hold data back for a time, a closed window does, and then tcp_probe_timer()
 * sends it, or a window probe; what the network lost is sent again. The pace is that at which steps
 * begin: how long a call takes is the kernel's answer, and what an await or a join waits for is no
 * matter of pace. */
static void suspect_pace(struct trace *trace)
{
	bool corked[ENDS] = {false};
	int64_t since = 0;

	for (int i = 0; i < trace->reached; i++) {
		const struct step *step = &trace->experiment->script[i].step;
		const struct outcome *outcome = &trace->observation[i].outcome;

		if (step->operation->id == OP_AWAIT || step->operation->id == OP_JOIN)
			since = 0;
		if (since && began_late(trace, i, since, HELD))
			return;
		if (sets_cork(step)) {
			corked[step->who] = step->number[1];
			since = 0;
		}
		if (!since && holds_back(step, corked))
			since = outcome->begin;
	}
}

/* The process of the network between the ends hands everything on at once, unless it gets no
 * processor: then what the ends sent is sent again, as if it had been lost. */
static void suspect_network(const struct session *session, struct trace *trace)
{
	if (session->settling > GAP)
		trace_fail(trace,
			"the network between the ends took %ld ms to hand on what was sent",
			(long)(session->settling / 1000000));
}

/* Outside the sandbox the network is as the machine's owner has it. */
static void suspect_host(const struct session *session, struct trace *trace)
{
	char sysctl[128];

	if (session->sandbox.entered || session->options.stack)
		return; /* whose defaults are its own */
	if (!sysinfo_link_is_up())
		trace_fail(trace, "the loopback interface is down: ip link set lo up");
	else if (sysinfo_changed_sysctl(sysctl, sizeof sysctl))
		trace_fail(trace,
			"outside the sandbox, where %s is not the default, this may be its doing",
			sysctl);
}

void disturbance_deviation(struct session *session, struct trace *trace)
{
	if (trace->verdict == VERDICT_DEVIATES)
		suspect_listener(session, trace);
	if (trace->verdict == VERDICT_DEVIATES && family_is_tcp(trace->family))
		suspect_pace(trace);
	if (trace->verdict == VERDICT_DEVIATES)
		suspect_delay(trace);
	if (trace->verdict == VERDICT_DEVIATES)
		suspect_network(session, trace);
	if (trace->verdict == VERDICT_DEVIATES && family_network(trace->family) != NETWORK_NONE)
		suspect_host(session, trace);
}
