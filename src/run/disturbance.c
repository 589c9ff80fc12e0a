#include "run/disturbance.h"

#include "observe/kthreads.h"
#include "util/interrupt.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Held-back data waits at least this many nanoseconds: tcp_probe0_base(), TCP_RTO_MIN. */
enum { HELD = 200000000 };

/* A timeout that is seen so many nanoseconds after the deadline was not in time to be sure: the
 * timer ends a call within milliseconds. */
enum { GAP = 100000000 };

void disturbance_timeout(struct trace *trace, int step, int64_t late)
{
	int line = trace->experiment->plan[step].line;
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
	int strangers = listener_strangers(&session->listener, &session->client.local);

	if (strangers == -EPIPE || strangers == -ETIMEDOUT) {
		listener_stop(&session->listener);
		trace_fail(trace, "the listener died during the run");
	} else if (strangers > 0 && session->connects <= 1)
		trace_fail(trace, "others connected to the listener: %d connections", strangers);
}

static bool sets_cork(const struct step *step)
{
	return step->operation->id == OP_SETSOCKOPT && step->option->id == OPT_TCP_CORK;
}

static bool holds_back(const struct step *step, const bool corked[2])
{
	return step->operation->id == OP_FILL ||
	       (step->operation->flags & SENDS &&
		       (corked[step->who] || step_flags(step) & MSG_MORE));
}

/* TCP_CORK and MSG_MORE hold data back for a time, a closed window does, and then tcp_probe_timer()
 * sends it, or a window probe. The pace is that at which steps begin: how long a call takes is the
 * kernel's answer, and what an await or a join waits for is no matter of pace. */
static void suspect_pace(struct trace *trace)
{
	bool corked[2] = {false, false};
	int64_t since = 0;

	for (int i = 0; i < trace->reached; i++) {
		const struct step *step = &trace->experiment->plan[i].step;
		const struct outcome *outcome = &trace->observation[i].outcome;

		if (step->operation->id == OP_AWAIT || step->operation->id == OP_JOIN)
			since = 0;
		if (since && outcome->begin - since > HELD) {
			trace_fail(trace,
				"line %d began %ld ms after data was held back: longer than it is",
				trace->experiment->plan[i].line,
				(long)((outcome->begin - since) / 1000000));
			return;
		}
		if (sets_cork(step)) {
			corked[step->who] = step->number[1];
			since = 0;
		}
		if (!since && holds_back(step, corked))
			since = outcome->begin;
	}
}

void disturbance_deviation(struct session *session, struct trace *trace)
{
	if (trace->verdict == VERDICT_DEVIATES)
		suspect_listener(session, trace);
	if (trace->verdict == VERDICT_DEVIATES && family_is_tcp(trace->family))
		suspect_pace(trace);
}
