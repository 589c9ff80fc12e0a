#include "explore/order.h"

#include "model/settle.h"
#include "util/memstream.h"

#include <netinet/tcp.h>
#include <string.h>

/* An order that is being written. */
struct writer {
	const struct order_request *request;
	struct order *order;
	struct model model;
	FILE *out;
	int taken[PROGRAM_LIMIT];
	int waits_for[PROGRAM_LIMIT];  /* the program does not go on before this step is over */
	bool under_way[PROGRAM_LIMIT]; /* a step in the background, not joined */
	bool ended[PROGRAM_LIMIT];     /* a step of it never ends */
};

static const struct step *script_step_at(const struct writer *w, int script)
{
	return &w->request->programs->experiment->script[script].step;
}

static bool waits(const struct writer *w, int who)
{
	return w->waits_for[who] != NO_STEP_OF_SCRIPT;
}

/* Could another program than that of who go on? */
static bool others_go_on(const struct writer *w, int who)
{
	for (int other = 0; other < PROGRAM_LIMIT; other++)
		if (other != who && !waits(w, other) && !w->ended[other] &&
			w->taken[other] < w->request->programs->count[other])
			return true;
	return false;
}

static void emit(struct writer *w, const struct step *step, int script)
{
	struct order *order = w->order;
	struct prediction p = model_predict(&w->model, step);
	bool timeout = p.result.kind == RESULT_TIMEOUT;
	char left[LINE_LIMIT + 1];

	step_text(step, left, sizeof left);
	experiment_print_line(w->out, left, timeout ? "timeout" : NULL, NULL);
	fputc('\n', w->out);
	order->stopped |= timeout;
	w->ended[step->who] |= timeout;
	if (order->count < STEP_LIMIT) {
		order->script[order->count] = script;
		order->others[order->count] = others_go_on(w, (int)step->who);
	}
	order->count++;
}

static void join(struct writer *w, enum who who, int script)
{
	const struct step step = {.who = who, .operation = &operations[OP_JOIN]};

	w->waits_for[who] = NO_STEP_OF_SCRIPT;
	w->under_way[who] = false;
	emit(w, &step, script);
}

/* Would it block for ever, as the model has it? */
static bool blocks(const struct writer *w, const struct step *step)
{
	struct model trial = w->model;
	struct prediction p = model_predict(&trial, step);

	return p.rule == RULE_BLOCKS && p.result.kind == RESULT_TIMEOUT;
}

static void take_step(struct writer *w, int script)
{
	struct step step = *script_step_at(w, script);
	const bool *background = w->request->background;

	if (step.operation->id == OP_JOIN) {
		w->waits_for[step.who] = script;
		return;
	}
	if (!step.background && step.operation->flags & MAY_BLOCK && !w->under_way[step.who] &&
		((background && background[script]) || blocks(w, &step))) {
		step.background = true;
		w->waits_for[step.who] = script;
	}
	w->under_way[step.who] |= step.background;
	emit(w, &step, step.background ? NO_STEP_OF_SCRIPT : script);
}

/* Joins the calls that programs wait for, and that the step by of the script let end. */
static void join_finished(struct writer *w, int by)
{
	for (int who = 0; who < ENDS; who++) {
		const struct pending *pending = &w->model.pending[who];
		int script = w->waits_for[who];

		if (!waits(w, who) || w->model.lost || !pending->there || !pending->finished)
			continue;
		if (script != by)
			w->order->ended_by[script] = by;
		join(w, (enum who)who, script);
	}
}

/* Is it certain what a call in the background has taken? */
static bool is_settled(const struct model *m)
{
	for (int who = 0; who < ENDS; who++)
		if (m->pending[who].there && m->pending[who].got && !m->pending[who].finished)
			return false;
	return !m->lost;
}

/* What connect, accept and a read did to their own end is done when they return. */
static bool is_needless(const struct step *await, const struct step *after)
{
	return await->who == after->who && !after->background &&
	       (await->target == TARGET_INQ ||
		       (await->target == TARGET_STATE && await->number[0] == TCP_ESTABLISHED));
}

static void await_changes(
	struct writer *w, const struct view before[ENDS], const struct step *after)
{
	struct view now[ENDS];

	settle_look_at_all(&w->model, now);
	for (int who = 0; who < settle_ends(&w->model); who++) {
		struct step await[SETTLE_AWAITS];
		int count = settle_awaits_of(&w->model, (enum who)who, before, now, await);

		for (int i = 0; i < count; i++) {
			struct model trial = w->model;
			struct prediction p = model_predict(&trial, &await[i]);

			if (settle_is_certain(&trial, &p) && !is_needless(&await[i], after))
				emit(w, &await[i], NO_STEP_OF_SCRIPT);
		}
	}
}

/* Takes a step of the script with all that belongs to it. */
static void take_settled(struct writer *w, int script)
{
	struct view before[ENDS];

	settle_look_at_all(&w->model, before);
	take_step(w, script);
	if (w->order->stopped)
		return;
	join_finished(w, script);
	if (w->request->settled && is_settled(&w->model))
		await_changes(w, before, script_step_at(w, script));
}

static void take_turn(struct writer *w, int who)
{
	const struct programs *programs = w->request->programs;

	if (waits(w, who))
		join(w, (enum who)who, w->waits_for[who]);
	if (!w->order->stopped)
		take_settled(w, programs->step[who][w->taken[who]++]);
}

/* Where no program can go on, or all are at their end, the results of what they wait for. */
static void join_rest(struct writer *w)
{
	const struct order *order = w->order;

	if (order->stopped && order->count && order->count <= STEP_LIMIT &&
		order->others[order->count - 1])
		return;
	for (int who = 0; who < PROGRAM_LIMIT; who++)
		if (waits(w, who))
			join(w, (enum who)who, w->waits_for[who]);
}

bool order_write(const struct order_request *request, struct order *order)
{
	const struct programs *programs = request->programs;
	struct writer w = {.request = request,
		.order = order,
		.model = model_of(programs->experiment, request->family, request->kernel)};

	*order = (struct order){0};
	memset(order->ended_by, NO_STEP_OF_SCRIPT, sizeof order->ended_by);
	memset(w.waits_for, NO_STEP_OF_SCRIPT, sizeof w.waits_for);
	w.out = open_memstream(&order->text, &order->size);
	if (!w.out)
		return false;
	fprintf(w.out, "use %s\n\n", family_name(request->family));
	for (int i = 0; i < programs->prologue_count && !order->stopped; i++)
		take_settled(&w, programs->prologue[i]);
	for (int i = 0; i < programs->length && !order->stopped; i++)
		take_turn(&w, request->turn[i]);
	join_rest(&w);
	return memory_close(w.out, &order->text) && order->count <= STEP_LIMIT;
}
