#include "diagnose/diagnosis.h"

#include "model/answer.h"
#include "model/segment.h"

#include <errno.h>
#include <string.h>

static void add(char *text, size_t size, const char *between, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? between : "", more);
}

static bool has_connection(const struct seen *seen)
{
	for (int i = 0; i < seen->count; i++) {
		const struct step *step = seen_step(seen, i);

		if (step_connects(step) || step_accepts(step))
			return true;
	}
	return seen->connected;
}

void diagnosis_title(const struct seen *seen, const struct way *way, char *title, size_t size)
{
	snprintf(title, size, "%s", way->unconnected ? "the socket was never connected" : "");
	for (int i = 0; i < way->count; i++)
		if (acts[way->deed[i].act].cost)
			add(title, size, "; ", acts[way->deed[i].act].says);
	if (!*title)
		snprintf(title, size,
			"nothing of the peer's or the network's: %s these calls give these "
			"results",
			has_connection(seen) ? "on an open connection"
					     : "on a socket that was never connected");
}

void diagnosis_place(const struct deed *deed, char *place, size_t size)
{
	snprintf(place, size, deed->at & 1 ? "while call %d waits" : "before call %d",
		deed->at / 2 + 1);
}

struct looking {
	const struct seen *seen;
	struct evidence *evidence;
	struct model last;
};

/* Is it an error that the way of the connection to its end does not bring about? */
static bool is_of_the_call(long error)
{
	switch (error) {
	case EAGAIN:
	case EALREADY:
	case EEXIST:
	case EINPROGRESS:
	case EINVAL:
	case EISCONN:
	case ENOENT:
		return true;
	default:
		return false;
	}
}

/* A call that tells of an end: an error, or end of file. */
static bool tells(const struct step *step, const struct prediction *p)
{
	return (p->result.kind == RESULT_ERROR && !is_of_the_call(p->result.value)) ||
	       (p->result.kind == RESULT_ERRNO && p->result.value) ||
	       (step->operation->flags & RECEIVES && p->result.kind == RESULT_NUMBER &&
		       !p->result.value);
}

static void look(const struct model *before, const struct model *after, const struct step *step,
	const struct prediction *p, int call, void *context)
{
	struct looking *looking = context;
	struct evidence *e = looking->evidence;
	enum who who = looking->seen->who;
	const struct peer *peer = &before->peer[before->at[who]];
	const char *state = symbol_text(tcp_states, peer_shown_state(before, who));
	char events[128];

	looking->last = *after;
	if (call < 0 || e->call >= 0 || !tells(step, p) || step->operation->id == OP_JOIN)
		return;
	e->call = call;
	symbol_mask_text(poll_events, peer_events(before, before->at[who]), events, sizeof events);
	if (family_is_tcp(before->family))
		snprintf(e->before, sizeof e->before, "TCP_INFO's state %s, ",
			state ? state : "uncertain");
	size_t used = strlen(e->before);

	snprintf(e->before + used, sizeof e->before - used, "poll(2) %s, SO_ERROR %s", events,
		peer->error ? symbol_errno_text(peer->error) : "0");
}

void diagnosis_evidence(const struct seen *seen, const struct way *way, struct evidence *evidence)
{
	static const struct {
		enum counted counted;
		const char *name;
	} counters[] = {
		{ABORT_ON_CLOSE, "TcpExtTCPAbortOnClose"},
		{ABORT_ON_DATA, "TcpExtTCPAbortOnData"},
		{ABORT_ON_LINGER, "TcpExtTCPAbortOnLinger"},
		{ABORT_ON_TIMEOUT, "TcpExtTCPAbortOnTimeout"},
		{ATTEMPT_FAILS, "TcpAttemptFails"},
		{ESTAB_RESETS, "TcpEstabResets"},
		{OUT_RSTS, "TcpOutRsts"},
	};
	struct looking looking = {.seen = seen, .evidence = evidence};
	char text[64];

	*evidence = (struct evidence){.call = -1};
	way_play(seen, way, look, &looking);
	for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
		long moved = looking.last.counted[counters[i].counted];

		if (moved <= 0)
			continue;
		snprintf(text, sizeof text, "%s %ld", counters[i].name, moved);
		add(evidence->counters, sizeof evidence->counters, ", ", text);
	}
}
