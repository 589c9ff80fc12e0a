#include "run/path.h"

#include "util/clock.h"

static bool skip(struct trace *trace, const char *reason)
{
	trace_fail(trace, "%s", reason);
	trace->verdict = VERDICT_SKIPPED;
	return false;
}

bool path_open(struct session *session, struct trace *trace)
{
	struct network *network = &session->sandbox.network;
	pid_t before = network->pid;
	char why[REASON_LIMIT];

	session->settling = 0;
	session->sandbox.through_network = false;
	if (!experiment_uses_network(trace->experiment))
		return true;
	if (family_network(trace->family) == NETWORK_NONE)
		return skip(trace, "there is no network between the ends of a family without one");
	if (!session->sandbox.entered)
		return skip(trace, "the network between its ends is there in a sandbox only");
	if (network_open(network, session->options.deadline + ANSWER_GRACE, why, sizeof why))
		return skip(trace, why);
	if (session->capture && network->pid != before &&
		capture_open_network(session->capture, why, sizeof why)) {
		network_close(network); /* the next experiment tries again */
		return trace_fail(trace, "%s", why);
	}
	session->sandbox.through_network = true;
	return true;
}

enum place path_place(const struct session *session)
{
	return session->sandbox.through_network ? PLACE_NEAR : PLACE_LOOPBACK;
}

struct address path_seen(const struct session *session, enum family family, const struct address *a)
{
	return session->sandbox.through_network ? address_across(family, a) : *a;
}

static bool asked(struct trace *trace, int status)
{
	return !status || trace_fail(trace, "the process of the network between the ends died");
}

/* On loopback, too: what arrives of an experiment before that went through the network is answered
 * with RST, which counts. */
bool path_begin(struct session *session, struct trace *trace)
{
	return session->sandbox.network.pid <= 0 ||
	       asked(trace, network_begin(&session->sandbox.network,
				    address_port(&session->listener.address)));
}

bool path_settle(struct session *session, struct trace *trace)
{
	if (!session->sandbox.through_network)
		return true;
	int64_t begin = clock_read(CLOCK_MONOTONIC);
	bool settled = asked(trace, network_settle(&session->sandbox.network));
	int64_t took = clock_read(CLOCK_MONOTONIC) - begin;

	if (took > session->settling)
		session->settling = took;
	return settled;
}

void path_note(const struct session *session, struct trace *trace)
{
	unsigned waiting = session->sandbox.network.waiting;

	for (int i = 0; i < trace->reached; i++) {
		enum operation_id id = trace->experiment->script[i].step.operation->id;

		if (id != OP_DROP && id != OP_REORDER)
			continue;
		struct observation *observation = &trace->observation[i];

		if (waiting & 1 && observation->outcome.result.kind == RESULT_NUMBER) {
			observation->outcome.result = (struct result){.kind = RESULT_NONE};
			observation->note = "no such segment came by";
		}
		waiting >>= 1;
	}
}
