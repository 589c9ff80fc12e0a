/*
 * The model: whatever the steps, in whatever order, it has an answer of a kind that there is, and
 * keeps a state that there can be. An input is a family, a kernel and one byte pair for each step,
 * out of all those that the catalogue has.
 */
#include "language/catalog.h"
#include "fuzz.h"
#include "model/model.h"

#include <netinet/tcp.h>

enum { EXPERIMENTS = 1024, STEPS = 8192 };

static struct experiment *experiment[EXPERIMENTS]; /* the steps point into them */
static struct step step[STEPS];
static int experiments, steps;

static void load_steps(void)
{
	for (const struct text *t = texts; t->name; t++) {
		enum status status;

		if (strcmp(t->kind, "trace") != 0)
			continue;
		struct experiment *e = catalog_load(t->name, &status);

		must(e && experiments < EXPERIMENTS, t->name);
		experiment[experiments++] = e;
		for (int i = 0; i < e->step_count && steps < STEPS; i++)
			step[steps++] = e->script[i].step;
	}
}

static void check_peer(const struct peer *p)
{
	must(p->state >= TCP_ESTABLISHED && p->state <= TCP_CLOSING, "no such TCP state");
	must(p->error >= 0 && p->soft >= 0, "a negative errno is stored");
	must(p->unread >= 0, "less than nothing is queued");
	must(p->unacknowledged >= UNCERTAIN, "less than nothing is unacknowledged");
	must(p->held_back >= 0, "less than nothing is held back");
	must(p->completions >= UNCERTAIN, "fewer completions than none");
	must(p->other >= 0 && p->other < PEERS, "the other end is no socket");
	must(!p->error || p->cause, "an error without a cause");
}

static void check_model(const struct model *m)
{
	for (int i = 0; i < NOBODY; i++)
		check_peer(&m->peer[i]);
	for (int side = 0; side < 2; side++) {
		must(m->at[side] >= 0 && m->at[side] < PEERS, "a descriptor of no socket");
		must(m->descriptors[side] >= 0, "fewer descriptors than none");
	}
	for (int i = 0; i < COUNTED; i++)
		must(m->counted[i] >= UNCERTAIN, "a counter that went back");
}

static void check_answer(const struct step *asked, const struct prediction *p)
{
	char text[RESULT_TEXT];

	must(p->rule >= RULE_NONE && p->rule < RULE_COUNT, "no such rule");
	must(p->result.kind != RESULT_FAILED && p->result.kind != RESULT_LACKING,
		"an answer that only a kernel has");
	must(p->result.kind != RESULT_ERROR || p->result.value > 0, "-1 without an errno");
	must(p->result.kind != RESULT_NUMBER || p->result.value >= 0, "less than nothing");
	must(asked->who != NAMESPACE || p->result.kind != RESULT_TIMEOUT,
		"what does not wait times out");
	result_text(&p->result, text, sizeof text);
	must(memchr(text, '\0', sizeof text), "a result without an end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct version kernels[] = {{5, 10, 262}, {6, 1, 192}, {6, 18, 15}, {7, 3, 4}};
	static const enum family families[] = {FAMILY_TCP4, FAMILY_TCP6, FAMILY_TCP4_MAPPED};

	if (!steps)
		load_steps();
	if (size < 2)
		return 0;
	struct model m = model_new(families[data[0] % 3], kernels[data[1] % 4]);

	for (size_t i = 2; i + 1 < size; i += 2) {
		const struct step *next = &step[(data[i] << 8 | data[i + 1]) % steps];
		struct prediction p = model_predict(&m, next);

		check_answer(next, &p);
		check_model(&m);
	}
	return 0;
}
