#include "diagnose/play.h"

#include "model/room.h"
#include "model/queue.h"
#include "model/answer.h"
#include "model/segment.h"
#include "model/settle.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

static enum who other_end(const struct play *play)
{
	return play->seen->who == CLIENT ? SERVER : CLIENT;
}

static bool predict(struct play *play, const struct step *step, int call, struct prediction *p)
{
	struct model before;

	if (play->tell)
		before = play->m;
	*p = model_predict(&play->m, step);
	if (!settle_is_certain(&play->m, p))
		return false;
	if (play->tell)
		play->tell(&before, &play->m, step, p, call, play->context);
	return true;
}

/* Waits, at both ends, for what a step brought about. */
static bool settle(struct play *play, const struct view before[2])
{
	static const enum who both[] = {CLIENT, SERVER};
	struct view after[2] = {settle_look(&play->m, CLIENT), settle_look(&play->m, SERVER)};
	struct prediction p;

	for (int i = 0; i < 2; i++) {
		struct step await[SETTLE_AWAITS];
		int count = settle_awaits(both[i], before[i], after[i], after[!i].open, await);

		for (int j = 0; j < count; j++) {
			const struct peer *peer = &play->m.peer[play->m.at[both[i]]];

			if (await[j].target == TARGET_INQ && peer->receive_queue_full)
				continue; /* nobody knows how much */
			if (!predict(play, &await[j], -1, &p))
				return false;
		}
	}
	return true;
}

/* A call that waits and has copied some: when it did cannot be waited for. */
static bool has_part(const struct model *m)
{
	for (int i = 0; i < 2; i++)
		if (m->pending[i].there && m->pending[i].got && !m->pending[i].finished)
			return true;
	return false;
}

/* A step and what belongs to it. */
static bool take(struct play *play, const struct step *step, int call, struct prediction *p)
{
	if (!family_is_tcp(play->seen->family)) /* what a call does has been done when it returns */
		return predict(play, step, call, p);
	struct view before[2] = {settle_look(&play->m, CLIENT), settle_look(&play->m, SERVER)};

	return predict(play, step, call, p) && !has_part(&play->m) && settle(play, before);
}

bool play_step(struct play *play, const struct step *step, struct prediction *p)
{
	return take(play, step, -1, p);
}

static bool did_well(const struct prediction *p)
{
	return p->result.kind == RESULT_DONE || p->result.kind == RESULT_RELATION ||
	       (p->result.kind == RESULT_NUMBER && p->result.value >= 0) ||
	       p->result.kind == RESULT_NONE;
}

/* A step that is no call that was seen: it has to succeed. */
static bool take_text(struct play *play, enum who who, const char *text)
{
	struct step step;
	struct prediction p;

	return act_read_step(who, text, &step) && play_step(play, &step, &p) && did_well(&p);
}

static bool accept_connection(struct play *play)
{
	return take_text(play, SERVER, "accept") &&
	       (!family_is_tcp(play->seen->family) ||
		       take_text(play, SERVER, "setsockopt TCP_NODELAY 1"));
}

static bool raises_sigpipe(const struct seen *seen)
{
	for (int i = 0; i < seen->count; i++)
		if (seen_step(seen, i)->operation->id == OP_SIGPIPE)
			return false; /* it says itself what it does with it */
	for (int i = 0; i < seen->count; i++)
		if (seen_result(seen, i).signal == SIGPIPE)
			return true;
	return false;
}

struct play play_new(const struct seen *seen, bool unconnected, play_listener *tell, void *context)
{
	struct play play = {.seen = seen,
		.m = model_new(seen->family, seen->kernel),
		.tell = tell,
		.context = context};

	/* Nagle's algorithm would make both ends wait for delayed acknowledgements. */
	if (family_is_tcp(seen->family))
		take_text(&play, CLIENT, "setsockopt TCP_NODELAY 1");
	if (raises_sigpipe(seen))
		take_text(&play, seen->who, "sigpipe handler");
	if (seen->connected && !unconnected) {
		take_text(&play, CLIENT, "connect");
		accept_connection(&play);
	}
	return play;
}

static bool deliver(struct play *play, long bytes)
{
	char text[32];

	if (bytes <= 0)
		return true;
	if (bytes > room_to_read(&play->m, play->m.at[play->seen->who]) || play->m.link_down)
		return false;
	snprintf(text, sizeof text, "write %ld", bytes);
	return take_text(play, other_end(play), text);
}

static long unread(const struct play *play)
{
	return play->m.peer[play->m.at[play->seen->who]].unread;
}

/* What arrives at once when nothing that was seen says how much: as good as any. */
enum { SOME_BYTES = 6 };

bool play_act(struct play *play, enum act_id act, int at)
{
	struct step step[ACT_STEPS];
	struct prediction p;
	int first = (at + 1) / 2; /* the first call that may still get data */

	if (at & 1)
		first--; /* the call that waits */
	long missing = seen_to_arrive(play->seen, first) - unread(play);

	if (!act_is_of(act, play->m.family))
		return false;
	if (acts[act].flags & BEFORE_ALL && (at || !play->seen->connected))
		return false;
	if (acts[act].flags & DELIVERS)
		return deliver(play, missing > 0 ? missing : SOME_BYTES);
	if (acts[act].flags & ENDS_PEER && !deliver(play, missing))
		return false;
	if (act == ACT_ACCEPT) /* at once: later makes no difference to the other end */
		return queue_first(&play->m, THE_LISTENER) != NOBODY && play->seen->who == CLIENT &&
		       !(at & 1) && at &&
		       seen_step(play->seen, at / 2 - 1)->operation->id == OP_CONNECT &&
		       accept_connection(play);
	int count = act_steps(act, play->seen->who, &play->m, step);

	for (int i = 0; i < count; i++)
		if (!play_step(play, &step[i], &p) || !did_well(&p))
			return false;
	return count > 0;
}

/* The call that a join waits for. */
static const struct step *asked(const struct play *play, const struct step *step)
{
	const struct pending *pending = &play->m.pending[step->who];

	return step->operation->id == OP_JOIN && pending->there ? &pending->step : step;
}

/* Is the queue as was seen only if data has arrived? */
static bool shows_data(const struct play *play, const struct step *step, const struct result *seen)
{
	if (step->operation->id == OP_INQ)
		return seen->kind == RESULT_NUMBER && seen->value > unread(play);
	bool events = seen->kind == RESULT_EVENTS || seen->kind == RESULT_EPOLL;

	return ((events && seen->value & POLLIN) ||
		       (seen->kind == RESULT_SETS && seen->value & 1)) &&
	       !(peer_events(&play->m, play->m.at[step->who]) & POLLIN);
}

/* What has to be there before the call returns what was seen, if nothing else is known. */
static bool prepare(struct play *play, const struct step *step, const struct result *seen, int i)
{
	const struct step *call = asked(play, step);
	const struct peer *peer = &play->m.peer[play->m.at[other_end(play)]];
	char text[32];

	if (call->operation->flags & RECEIVES && !(step_flags(call) & (MSG_OOB | MSG_ERRQUEUE)) &&
		seen->kind == RESULT_NUMBER && seen->value > 0 && seen->value > unread(play) &&
		peer->state != TCP_LISTEN && !peer->shut_send)
		deliver(play, seen->value - unread(play));
	if (shows_data(play, call, seen) && peer->state != TCP_LISTEN && !peer->shut_send)
		deliver(play, seen_to_arrive(play->seen, i) - unread(play));
	if (call->operation->id == OP_ACCEPT && seen->kind == RESULT_NUMBER &&
		queue_first(&play->m, THE_LISTENER) == NOBODY && peer->state == TCP_CLOSE &&
		peer->socket == UNCONNECTED)
		take_text(play, CLIENT, "connect");
	if (call->operation->flags & SENDS && seen->kind == RESULT_NUMBER && peer->unread &&
		peer->unread + seen->value > room_to_read(&play->m, play->m.at[other_end(play)]) &&
		!peer->receive_queue_full) {
		snprintf(text, sizeof text, "read %ld", peer->unread);
		return take_text(play, other_end(play), text);
	}
	return true;
}

/* Is it what was seen? */
static enum play_answer hold(const struct play *play, int i, const struct prediction *p)
{
	struct result seen = seen_result(play->seen, i);

	return results_agree(&seen, &p->result) ? PLAY_AGREES : PLAY_DIFFERS;
}

enum play_answer play_call(struct play *play, int i)
{
	struct step step = *seen_step(play->seen, i);
	struct result seen = seen_result(play->seen, i);
	struct prediction p;

	if (!prepare(play, &step, &seen, i))
		return PLAY_DIFFERS;
	struct play before = *play;

	if (take(play, &step, i, &p))
		return hold(play, i, &p);
	if (p.rule != RULE_BLOCKS || !(step.operation->flags & MAY_BLOCK) || step.background ||
		seen.kind == RESULT_TIMEOUT || before.m.pending[step.who].there)
		return PLAY_DIFFERS;
	*play = before;
	step.background = true;
	return take(play, &step, i, &p) && !play->m.pending[step.who].finished ? PLAY_WAITS
									       : PLAY_DIFFERS;
}

enum play_answer play_return(struct play *play, int i)
{
	struct step join = settle_join(&play->m, play->seen->who);
	struct result seen = seen_result(play->seen, i);
	struct prediction p;

	if (!prepare(play, &join, &seen, i) || !take(play, &join, i, &p))
		return PLAY_DIFFERS;
	return hold(play, i, &p);
}

bool play_ends(const struct play *play)
{
	const struct pending *pending = &play->m.pending[play->seen->who];

	return !seen_hangs(play->seen) || (pending->there && !pending->finished);
}
