#include "explain/symptom.h"

#include "model/answer.h"
#include "model/worlds.h"

#include <signal.h>
#include <string.h>

/* Counts an experiment, whose results come one after the other, and keeps it among the shortest. */
static void show(struct showing *showing, const struct experiment *e)
{
	int at = showing->kept;

	if (showing->count && !strcmp(showing->last, e->name))
		return;
	snprintf(showing->last, sizeof showing->last, "%.*s", WORD_LIMIT, e->name);
	showing->count++;
	while (at && showing->steps[at - 1] > e->step_count)
		at--;
	if (at == SYMPTOM_SHOWN)
		return;
	showing->kept += showing->kept < SYMPTOM_SHOWN;
	for (int i = showing->kept - 1; i > at; i--) {
		showing->steps[i] = showing->steps[i - 1];
		memcpy(showing->name[i], showing->name[i - 1], sizeof showing->name[i]);
	}
	showing->steps[at] = e->step_count;
	snprintf(showing->name[at], sizeof showing->name[at], "%.*s", WORD_LIMIT, e->name);
}

bool symptom_find(const char *name, struct symptom *symptom)
{
	int number = symbol_errno(name);
	long bit;

	if (number)
		*symptom = (struct symptom){SYMPTOM_ERRNO, symbol_errno_text(number), number};
	else if ((number = symbol_signal(name)))
		*symptom = (struct symptom){SYMPTOM_SIGNAL, name, number};
	else if (symbol_value(poll_events, name, &bit))
		*symptom = (struct symptom){SYMPTOM_POLL, symbol_text(poll_events, bit), bit};
	else if (symbol_value(epoll_events, name, &bit))
		*symptom = (struct symptom){SYMPTOM_EPOLL, symbol_text(epoll_events, bit), bit};
	else
		return false;
	return true;
}

const char *symptom_description(const struct symptom *symptom)
{
	const char *text = NULL;

	if (symptom->kind == SYMPTOM_ERRNO)
		text = strerrordesc_np((int)symptom->value);
	else if (symptom->kind == SYMPTOM_SIGNAL)
		text = sigdescr_np((int)symptom->value);
	return text ? text : "";
}

bool symptom_shows(const struct symptom *symptom, const struct result *result)
{
	switch (symptom->kind) {
	case SYMPTOM_ERRNO:
		return (result->kind == RESULT_ERROR || result->kind == RESULT_ERRNO) &&
		       result->value == symptom->value;
	case SYMPTOM_SIGNAL:
		return result->signal == symptom->value;
	case SYMPTOM_POLL:
		return result->kind == RESULT_EVENTS && result->value & symptom->value;
	case SYMPTOM_EPOLL:
		return result->kind == RESULT_EPOLL && result->value & symptom->value;
	}
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The origin of a prediction, new if it has to be; NULL when there is no room for it. */
static struct origin *origin_of(struct symptom_origins *origins, const struct prediction *p)
{
	for (int i = 0; i < origins->count; i++)
		if (origins->origin[i].rule == p->rule &&
			same_text(origins->origin[i].cause, p->cause))
			return &origins->origin[i];
	if (origins->count == SYMPTOM_ORIGINS)
		return NULL;
	origins->origin[origins->count] = (struct origin){.rule = p->rule, .cause = p->cause};
	return &origins->origin[origins->count++];
}

/* The call that a step tells of: of join the one in the background. */
static const struct operation *call_of(const struct experiment *e, int i)
{
	enum who who = e->script[i].step.who;

	if (e->script[i].step.operation->id == OP_JOIN)
		while (i > 0 && !(e->script[i].step.background && e->script[i].step.who == who))
			i--;
	return e->script[i].step.operation;
}

/* A result of step i of an experiment, the caller's state before it, 0 unless certain. */
struct shown {
	const struct experiment *e;
	enum family family;
	int i, state;
	struct prediction p; /* of a family that is not modelled its rule is RULE_NONE */
};

typedef void visitor(const struct shown *shown, void *context);

/* Whom to tell of every answer that a step may have. */
struct telling {
	struct shown *shown;
	visitor *visit;
	void *context;
};

static void tell_answer(const struct model *before, const struct prediction *p, void *context)
{
	struct telling *telling = context;
	struct shown *shown = telling->shown;
	enum who who = shown->e->script[shown->i].step.who;

	shown->state = who == NAMESPACE ? 0 : peer_shown_state(before, who);
	for (int i = 0; i < result_count(&p->result); i++) {
		shown->p = *p;
		shown->p.result = result_alternative(&p->result, i);
		telling->visit(shown, telling->context);
	}
}

/* What the model answers on a family that it knows: all that it may be, where that is the kernel's
 * choice. */
static void each_prediction(
	struct shown shown, struct version kernel, visitor *visit, void *context)
{
	struct telling telling = {&shown, visit, context};
	struct worlds worlds;

	worlds_begin(&worlds, model_of(shown.e, shown.family, kernel));
	for (shown.i = 0; shown.i < shown.e->step_count; shown.i++)
		worlds_predict_telling(
			&worlds, &shown.e->script[shown.i].step, tell_answer, &telling);
}

/* What is expected on one that it does not. */
static void each_expectation(
	struct shown shown, struct version kernel, visitor *visit, void *context)
{
	for (shown.i = 0; shown.i < shown.e->step_count; shown.i++) {
		const struct expectation *expected =
			script_step_expectation(&shown.e->script[shown.i], shown.family, kernel);

		if (!expected)
			continue;
		for (int i = 0; i < result_count(&expected->result); i++) {
			shown.p = (struct prediction){
				.result = result_alternative(&expected->result, i)};
			visit(&shown, context);
		}
	}
}

static void each_result(
	const struct experiment *e, struct version kernel, visitor *visit, void *context)
{
	for (int f = 0; f < FAMILY_COUNT; f++) {
		struct shown shown = {.e = e, .family = (enum family)f};

		if (!(e->families & 1u << f))
			continue;
		if (family_is_tcp(shown.family))
			each_prediction(shown, kernel, visit, context);
		else
			each_expectation(shown, kernel, visit, context);
	}
}

static void offer(const struct shown *shown, void *context)
{
	struct symptom_origins *origins = context;
	struct origin *origin;

	if (!symptom_shows(&origins->symptom, &shown->p.result))
		return;
	if (!family_is_tcp(shown->family)) {
		show(&origins->expected[shown->family], shown->e);
		return;
	}
	origin = origin_of(origins, &shown->p);
	if (!origin)
		return;
	origin->call[call_of(shown->e, shown->i)->id] = true;
	origin->states |= shown->state ? 1u << shown->state : 0;
	show(&origin->showing, shown->e);
}

void symptom_offer(
	struct symptom_origins *origins, const struct experiment *e, struct version kernel)
{
	each_result(e, kernel, offer, origins);
}

bool symptom_has_origin(const struct symptom_origins *origins)
{
	bool any = origins->count > 0;

	for (int f = 0; f < FAMILY_COUNT; f++)
		any |= origins->expected[f].count > 0;
	return any;
}

static void gather(const struct shown *shown, void *context)
{
	struct symptom_set *set = context;
	const struct result *r = &shown->p.result;

	if ((r->kind == RESULT_ERROR || (r->kind == RESULT_ERRNO && r->value)) && r->value > 0 &&
		r->value < SYMPTOM_ERRNO_END)
		set->error[r->value] = true;
	set->poll |= r->kind == RESULT_EVENTS ? r->value : 0;
	set->epoll |= r->kind == RESULT_EPOLL ? r->value : 0;
	set->sigpipe |= r->signal == SIGPIPE;
}

void symptom_set_add(struct symptom_set *set, const struct experiment *e, struct version kernel)
{
	each_result(e, kernel, gather, set);
}

static void print_mask(const struct symbol *table, long mask, FILE *out)
{
	for (; table->text; table++)
		if (mask & table->value)
			fprintf(out, "%s\n", table->text);
}

void symptom_set_print(const struct symptom_set *set, FILE *out)
{
	for (int i = 0; i < SYMPTOM_ERRNO_END; i++)
		if (set->error[i])
			fprintf(out, "%s\n", symbol_errno_text(i));
	print_mask(poll_events, set->poll, out);
	print_mask(epoll_events, set->epoll, out);
	if (set->sigpipe)
		fputs("SIGPIPE\n", out);
}
