#include "explore/generate.h"

#include "explore/choose.h"
#include "model/settle.h"

#include "language/experiment.h"
#include "model/answer.h"
#include "model/timer.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

enum {
	TRIES = 64,      /* for a step that is legal */
	LINK_EVERY = 32, /* of so many experiments one uses the link: what is lost takes 200 ms */
	NETWORK_EVERY = 32, /* and one the network between the ends, for the same reason */
};

static void print_step(FILE *out, const struct step *step, const struct prediction *p)
{
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	if (!out)
		return;
	step_text(step, left, sizeof left);
	result_text(&p->result, right, sizeof right);
	experiment_print_line(out, left, right, NULL);
	fputc('\n', out);
}

static bool take(struct model *m, const struct step *step, FILE *out)
{
	struct prediction p = model_predict(m, step);

	if (!settle_is_certain(m, &p))
		return false;
	print_step(out, step, &p);
	return true;
}

/* The model once what was lost has been sent again, and was acknowledged. */
static struct model later(const struct model *m)
{
	struct model after = *m;

	for (int i = 0; m->resuming && i < 2; i++)
		timer_let_pass(&after);
	timer_send_syn_again(&after);
	return after;
}

/* Joins those of the calls in the background that are over in settled. */
static bool join_all(struct model *m, const struct model *settled, FILE *out)
{
	for (int i = 0; i < settle_ends(m); i++) {
		const struct pending *pending = &settled->pending[i];

		if (!pending->there || !pending->finished)
			continue;
		struct step step = settle_join(m, (enum who)i);

		if (!take(m, &step, out))
			return false;
	}
	return true;
}

/* Joins what a step ended, and waits for what it brought about, at all ends. */
static bool settle_all(struct model *m, const struct view before[ENDS], FILE *out)
{
	struct model settled = later(m);
	struct view after[ENDS];

	settle_look_at_all(&settled, after);
	if (!join_all(m, &settled, out))
		return false;
	for (int i = 0; i < settle_ends(m); i++) {
		struct step await[SETTLE_AWAITS];
		int count = settle_awaits_of(m, (enum who)i, before, after, await);

		for (int j = 0; j < count; j++)
			if (!take(m, &await[j], out))
				return false;
	}
	/* That what was lost has arrived must show. */
	return !m->resuming && !timer_answers_syn(m);
}

/* What is not acknowledged when the link goes down may have been lost. */
static bool settle_acknowledgements(struct model *m, FILE *out)
{
	struct step step;

	for (int i = 0; i < 2; i++)
		if (settle_acknowledgement(m, (enum who)i, &step) && !take(m, &step, out))
			return false;
	return true;
}

/* Nagle's algorithm would only make both ends wait for delayed acknowledgements. */
static bool take_nodelay(struct model *m, enum who who, FILE *out)
{
	if (!family_is_tcp(m->family))
		return true;
	struct step nodelay = choose_read(who, OP_SETSOCKOPT, "TCP_NODELAY 1", &(uint64_t){0});

	return take(m, &nodelay, out);
}

/* Is something under way that takes its time, and cannot be waited for? */
static bool is_unsettled(const struct model *m)
{
	for (int i = 0; i < ENDS; i++)
		if (m->pending[i].got && !m->pending[i].finished)
			return true; /* when does it take what is there? */
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].orphan && m->peer[i].fin_ack_pending &&
			peer_option(&m->peer[i], OPT_TCP_LINGER2) < 0)
			return true; /* the delayed acknowledgement brings a RST, some time */
	return false;
}

/* What was urgent arrived, and nothing shows that: the next step would not wait for it. */
static bool is_unseen(
	const struct model *m, const struct step *step, const struct view before[ENDS])
{
	if (!(step->operation->flags & SENDS) || !(step_flags(step) & MSG_OOB))
		return false;
	int other = m->peer[m->at[step->who]].other;

	for (int i = 0; i < settle_ends(m); i++) {
		struct view after = settle_look(m, (enum who)i);

		if (m->at[i] == other && m->descriptors[i] && after.unread == before[i].unread &&
			!(after.events & ~before[i].events))
			return true;
	}
	return false;
}

/* Takes a step with all that belongs to it; false, with the model in any state, when that is not
 * legal. */
static bool take_settled(struct model *m, const struct step *step, FILE *out)
{
	struct view before[ENDS];
	unsigned accepted = m->accepted;
	struct step sndbuf =
		choose_read(step->who, OP_SETSOCKOPT, "SO_SNDBUF 212992", &(uint64_t){0});

	settle_look_at_all(m, before);
	if (step->background && m->pending[step->who].there)
		return false;
	/* Otherwise the kernel may find more room with the next segment: tcp_sndbuf_expand(). */
	if (step->operation->id == OP_FILL && !take(m, &sndbuf, out))
		return false;
	if (step->operation->id == OP_LINK && !settle_acknowledgements(m, out))
		return false;
	if (!take(m, step, out) || is_unsettled(m) || is_unseen(m, step, before))
		return false;
	if (!step->background && m->accepted & ~accepted && !take_nodelay(m, step->who, out))
		return false;
	return settle_all(m, before, out);
}

/* Tries a step; one that would block for ever is started in the background. *known: has the model
 * an answer? */
static bool try_step(struct model *m, struct step *step, bool *known)
{
	struct model trial = *m;

	*known = true;
	if (take_settled(&trial, step, NULL)) {
		*m = trial;
		return true;
	}
	trial = *m;
	struct prediction p = model_predict(&trial, step);

	*known = p.result.kind != RESULT_UNKNOWN;
	if (p.rule != RULE_BLOCKS || !(step->operation->flags & MAY_BLOCK))
		return false;
	trial = *m;
	step->background = true;
	if (!take_settled(&trial, step, NULL))
		return false;
	*m = trial;
	return true;
}

/* Only in an experiment through a network something happens there; and to all that passes. */
static bool wanted_network(const struct model *m, const struct step *step)
{
	return m->network || !(step->operation->flags & THROUGH_NETWORK);
}

/* Is a step of the link one that changes it, in an experiment that may? So is any other step. */
static bool wanted_link(const struct model *m, const struct step *step, uint64_t number)
{
	bool up = step->number[0] != 0;

	return step->operation->id != OP_LINK ||
	       (up == m->link_down && number % LINK_EVERY == 0 && !m->many);
}

/* Only in an experiment with further ends are the ends' addresses known. */
static bool wanted_name(const struct model *m, const struct step *step)
{
	return m->many || !step_names_end(step);
}

static struct model begin(const struct generated *g, struct version kernel, FILE *out)
{
	struct model m = model_new(g->family, kernel);

	m.many = g->many;
	m.network = g->network;
	if (g->network) { /* which there is where a step asks for it */
		struct step no_delay = choose_read(NAMESPACE, OP_DELAY, "0ms", &(uint64_t){0});

		take(&m, &no_delay, out);
	}
	for (int i = 0; i < settle_ends(&m); i++)
		if (who_side((enum who)i) == CLIENT)
			take_nodelay(&m, (enum who)i, out);
	return m;
}

/* The first steps of most experiments: begin where most programs are. */
static struct step connected_step(int number, uint64_t *state)
{
	return choose_read(number ? SERVER : CLIENT, number ? OP_ACCEPT : OP_CONNECT, "", state);
}

void generate(struct generated *g, uint64_t seed, uint64_t number, enum family family,
	struct version kernel, int steps)
{
	uint64_t state = seed;

	state = choose_random(&state) ^ number;
	/* The steps are written before they are read: to zero them all takes longer than to make
	 * some. */
	g->seed = seed;
	g->number = number;
	g->family = family;
	g->count = 0;
	memset(g->drawn, 0, sizeof g->drawn);
	memset(g->unknown, 0, sizeof g->unknown);
	int wanted = 1 + (int)choose_below(&state, (size_t)steps);
	bool connected = choose_below(&state, 4);

	uint64_t ends =
		~state; /* of its own: the experiments without further ends stay as they were */

	bool tcp = family_is_tcp(family); /* only there is such a thing modelled */

	g->network = tcp && number % NETWORK_EVERY == 1;
	g->many = tcp && !choose_below(&ends, 4) && !g->network;
	struct model m = begin(g, kernel, NULL);

	for (int tries = 0; g->count < wanted && tries < TRIES; tries++) {
		struct step *step = &g->step[g->count];

		*step = connected && g->count < 2 ? connected_step(g->count, &state)
						  : choose_step(&state);
		if (g->network && !choose_below(&ends, 6))
			*step = choose_network_step(&ends);
		if (g->many)
			choose_end(step, &ends);
		if (!wanted_link(&m, step, number) || !wanted_name(&m, step) ||
			!wanted_network(&m, step))
			continue;
		bool known, taken = try_step(&m, step, &known);

		g->drawn[step->operation->id]++;
		g->unknown[step->operation->id] += !known;
		if (!taken)
			continue;
		g->count++;
		tries = 0;
	}
}

/* What the model has asleep in the end must be: a join would wait for ever, and costs the deadline.
 */
static void print_sleepers(struct model *m, FILE *out)
{
	for (int i = 0; i < settle_ends(m); i++) {
		struct step step = choose_read((enum who)i, OP_SLEEPS, "", &(uint64_t){0});
		struct model trial = *m;

		if (m->pending[i].there && take(&trial, &step, NULL))
			take(m, &step, out);
	}
}

bool generate_print(const struct generated *g, struct version kernel, FILE *out)
{
	fprintf(out,
		"# Generated: closewait explore --seed=%" PRIu64 ", experiment %" PRIu64
		".\nuse %s\n\n",
		g->seed, g->number, family_name(g->family));
	struct model m = begin(g, kernel, out);

	for (int i = 0; i < g->count; i++)
		if (!take_settled(&m, &g->step[i], out))
			return false;
	print_sleepers(&m, out);
	return true;
}
