#include "diagnose/causes.h"

#include "model/answer.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

static void add_word(char signature[SIGNATURE_SIZE], const char *word)
{
	size_t used = strlen(signature);

	snprintf(signature + used, SIGNATURE_SIZE - used, "%s%s", used ? " " : "", word);
}

/* The error with which a connection ended, though a call that waited took it at once; or 0. */
static int taken_at_once(const struct model *before, const struct model *after,
	const struct prediction *p, enum who who)
{
	const struct pending *pending = &after->pending[who];

	if (before->pending[who].there && !pending->there)
		return 0; /* a join tells what was taken before */
	if (p->cause && p->result.kind == RESULT_ERROR)
		return (int)p->result.value;
	if (!before->pending[who].finished && pending->finished && pending->cause &&
		pending->result.kind == RESULT_ERROR)
		return (int)pending->result.value;
	return 0;
}

/* What became of the connection's end. */
static void add_end(char signature[SIGNATURE_SIZE], const struct peer *from, const struct peer *to,
	int taken, bool tcp)
{
	/* or a connect that waited until its SYN was given up, which begins and ends in CLOSE */
	bool ended = to->state == TCP_CLOSE &&
		     (from->state != TCP_CLOSE || (taken == ETIMEDOUT && !from->error));

	if (to->error && to->error != from->error)
		add_word(signature, symbol_errno_text(to->error));
	else if ((ended || (!tcp && !from->error)) && taken)
		add_word(signature, symbol_errno_text(taken));
	else if (ended && !to->done)
		add_word(signature, "CLOSE");
}

void signature_add(char signature[SIGNATURE_SIZE], const struct model *before,
	const struct model *after, const struct prediction *p, enum who who)
{
	const struct peer *from = &before->peer[before->at[who]];
	const struct peer *to = &after->peer[after->at[who]];

	if (before->at[who] != after->at[who])
		return; /* accept(2): another socket */
	if (before->link_down != after->link_down)
		add_word(signature, after->link_down ? "LINK_DOWN" : "LINK_UP");
	if (!from->done && to->done)
		add_word(signature, "FIN");
	add_end(signature, from, to, taken_at_once(before, after, p, who),
		family_is_tcp(before->family));
	if (to->state != TCP_CLOSE && !from->shut_send && to->shut_send)
		add_word(signature, "SHUT_WR");
	if (to->state != TCP_CLOSE && !to->done && !from->shut_receive && to->shut_receive)
		add_word(signature, "SHUT_RD");
	if (before->descriptors[who] && !after->descriptors[who])
		add_word(signature, "close");
}

struct signing {
	enum who who;
	char *signature;
};

static void sign(const struct model *before, const struct model *after, const struct step *step,
	const struct prediction *p, int call, void *context)
{
	struct signing *signing = context;

	(void)step, (void)call;
	signature_add(signing->signature, before, after, p, signing->who);
}

/* The acts of a way that stand at a place. */
static bool play_deeds(struct play *play, const struct way *way, int at)
{
	for (int i = 0; i < way->count; i++)
		if (way->deed[i].at == at && !play_act(play, way->deed[i].act, at))
			return false;
	return true;
}

bool way_play(const struct seen *seen, const struct way *way, play_listener *tell, void *context)
{
	struct play play = play_new(seen, way->unconnected, tell, context);

	for (int i = 0; i < seen->count; i++) {
		enum play_answer answer = PLAY_DIFFERS;

		if (play_deeds(&play, way, 2 * i))
			answer = play_call(&play, i);
		if (answer == PLAY_WAITS)
			answer = play_deeds(&play, way, 2 * i + 1) ? play_return(&play, i)
								   : PLAY_DIFFERS;
		if (answer != PLAY_AGREES)
			return false;
	}
	return play_ends(&play);
}

void way_signature(const struct seen *seen, const struct way *way, char signature[SIGNATURE_SIZE])
{
	struct signing signing = {seen->who, signature};

	signature[0] = '\0';
	way_play(seen, way, sign, &signing);
}

/* A search in progress: ways that cost exactly cost. */
struct hunt {
	struct causes *causes;
	const struct seen *seen;
	struct way way; /* so far */
	int cost, found, nodes;
	struct play *play;   /* how it stands at each depth: too large for the stack of a thread */
	causes_judge *judge; /* NULL: nobody judges */
	void *context;
};

/* The same acts in the same order, wherever they stand? */
static bool same_acts(const struct way *a, const struct way *b)
{
	if (a->count != b->count || a->unconnected != b->unconnected)
		return false;
	for (int i = 0; i < a->count; i++)
		if (a->deed[i].act != b->deed[i].act)
			return false;
	return true;
}

static void add_way(struct cause *cause, const struct way *way)
{
	for (int i = 0; i < cause->count; i++)
		if (same_acts(&cause->way[i], way))
			return;
	if (cause->count == WAYS_LIMIT)
		cause->more++;
	else
		cause->way[cause->count++] = *way;
}

/* Does the way explain as much without one of its acts, the same arriving? */
static bool has_idle_act(const struct hunt *hunt, const char *signature)
{
	char without[SIGNATURE_SIZE];

	for (int i = 0; i < hunt->way.count; i++) {
		struct way way = hunt->way;

		way.count--;
		for (int j = i; j < way.count; j++)
			way.deed[j] = way.deed[j + 1];
		if (!way_play(hunt->seen, &way, NULL, NULL))
			continue;
		way_signature(hunt->seen, &way, without);
		if (!strcmp(signature, without))
			return true;
	}
	return false;
}

static void found(struct hunt *hunt)
{
	struct causes *causes = hunt->causes;
	char signature[SIGNATURE_SIZE];

	hunt->way.cost = hunt->cost;
	if (hunt->judge && !hunt->judge(&hunt->way, hunt->context))
		return;
	hunt->found++;
	way_signature(hunt->seen, &hunt->way, signature);
	if (has_idle_act(hunt, signature))
		return;
	for (int i = 0; i < causes->count; i++)
		if (!strcmp(causes->cause[i].signature, signature)) {
			add_way(&causes->cause[i], &hunt->way);
			return;
		}
	if (causes->count == CAUSES_LIMIT) {
		causes->more++;
		return;
	}
	struct cause *cause = &causes->cause[causes->count++];

	*cause = (struct cause){0};
	memcpy(cause->signature, signature, sizeof signature);
	add_way(cause, &hunt->way);
}

static void search(struct hunt *hunt, int depth, int at, int left);

static bool did_before(const struct hunt *hunt, enum act_id act, int at)
{
	for (int i = 0; i < hunt->way.count; i++) {
		const struct deed *deed = &hunt->way.deed[i];

		if (deed->act == act && (deed->at == at || acts[act].flags & ONCE))
			return true;
	}
	return false;
}

/* May the act be tried at a place? agrees: the next call gives what was seen without it. */
static bool is_tried(const struct hunt *hunt, enum act_id act, int at, bool agrees)
{
	bool may_wait = agrees && !(seen_step(hunt->seen, at / 2)->operation->flags & MAY_RESET);

	return !(may_wait && acts[act].flags & LATE) && !did_before(hunt, act, at);
}

/* Tries every act that the cost still allows, at a place. */
static void try_acts(struct hunt *hunt, int depth, int at, int left, bool agrees)
{
	struct play *trial = &hunt->play[depth + 1];

	if (hunt->way.count == DEEDS_LIMIT)
		return;
	for (int a = 0; a < ACT_COUNT; a++) {
		if (acts[a].cost > left || !is_tried(hunt, (enum act_id)a, at, agrees) ||
			++hunt->nodes > NODES_LIMIT)
			continue;
		*trial = hunt->play[depth];
		if (!play_act(trial, (enum act_id)a, at))
			continue;
		hunt->way.deed[hunt->way.count++] = (struct deed){(enum act_id)a, at};
		search(hunt, depth + 1, at, left - acts[a].cost);
		hunt->way.count--;
	}
}

/* Goes on at a place, with so much cost left, which has to be spent. */
static void search(struct hunt *hunt, int depth, int at, int left)
{
	struct play *trial = &hunt->play[depth + 1];
	int i = at / 2;

	if (i == hunt->seen->count) {
		if (!left && play_ends(&hunt->play[depth]))
			found(hunt);
		return;
	}
	if (++hunt->nodes > NODES_LIMIT)
		return;
	if (i > hunt->causes->furthest)
		hunt->causes->furthest = i;
	*trial = hunt->play[depth];
	enum play_answer answer = at & 1 ? play_return(trial, i) : play_call(trial, i);

	switch (answer) {
	case PLAY_AGREES:
		search(hunt, depth + 1, 2 * (i + 1), left);
		break;
	case PLAY_WAITS:
		search(hunt, depth + 1, at + 1, left);
		break;
	case PLAY_DIFFERS:
		break;
	}
	try_acts(hunt, depth, at, left, answer == PLAY_AGREES);
}

/* Searches for ways that cost exactly so much. */
static void search_at_cost(struct hunt *hunt, bool unconnected)
{
	int left = hunt->cost - (unconnected ? COST_UNCONNECTED : 0);

	if (left < 0 || (unconnected && !hunt->seen->connected))
		return;
	hunt->way.unconnected = unconnected;
	hunt->play[0] = play_new(hunt->seen, unconnected, NULL, NULL);
	search(hunt, 0, 0, left);
}

bool causes_find_judged(
	struct causes *causes, const struct seen *seen, causes_judge *judge, void *context)
{
	/* Each call and its return, and each act, is a step deeper. */
	size_t depths = 2 * (size_t)seen->count + DEEDS_LIMIT + 2;
	struct hunt hunt = {.causes = causes,
		.seen = seen,
		.play = malloc(depths * sizeof *hunt.play),
		.judge = judge,
		.context = context};
	int last = COST_LIMIT;

	*causes = (struct causes){.seen = seen};
	if (!hunt.play)
		return false;
	for (hunt.cost = 0; hunt.cost <= last && hunt.nodes <= NODES_LIMIT; hunt.cost++) {
		int before = hunt.found;

		search_at_cost(&hunt, false);
		search_at_cost(&hunt, true);
		if (!before && hunt.found)
			last = hunt.cost ? hunt.cost + COST_SLACK : 0;
	}
	causes->gave_up = hunt.nodes > NODES_LIMIT;
	if (causes->count)
		causes->furthest = seen->count;
	free(hunt.play);
	return true;
}

bool causes_find(struct causes *causes, const struct seen *seen)
{
	return causes_find_judged(causes, seen, NULL, NULL);
}
