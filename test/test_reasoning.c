/*
 * diagnose backwards at scale: the client's calls of random experiments are diagnosed, and what
 * really happened has to be among the first causes; what reproduces a cause has to give the same
 * calls and results.
 *
 * usage: test_reasoning [EXPERIMENTS [SEED]]: of the first 100 the kernel is asked, too
 *
 * What really happened is what of the experiment, besides the client's calls, their results depend
 * on: a step without which they come out the same is no part of it.
 */
#include "check.h"
#include "diagnose/diagnosis.h"
#include "diagnose/reproduce.h"
#include "explore/generate.h"
#include "session.h"

enum { FIRST = 3, STEPS = 8, KERNEL_RUNS = 100 };
static long experiments = 250, seed = 1;
static int asked_of_kernel;

/* A step of what happened; call is its index among those that were seen, or -1. */
struct happened {
	struct step step;
	struct result result;
	int call;
	bool left_out;
};

struct truth {
	int count;
	struct happened happened[STEP_LIMIT];
};

/* What a log of the client's calls does not show. */
static bool is_hidden(const struct step *step)
{
	static const enum operation_id not_calls[] = {
		OP_AWAIT, OP_STATE, OP_DESTROY, OP_FILL, OP_EXIT, OP_KILL};

	if (step->who != CLIENT)
		return true;
	for (size_t i = 0; i < COUNT(not_calls); i++)
		if (step->operation->id == not_calls[i])
			return true;
	return false;
}

/* Prints the client's calls, and notes what happened besides. */
static char *split(const struct experiment *e, struct truth *truth)
{
	struct print print;
	int calls = 0;

	*truth = (struct truth){0};
	print_open(&print);
	fprintf(print.out, "use tcp4\n");
	for (int i = 0; i < e->step_count; i++) {
		const struct script_step *entry = &e->script[i];
		char left[LINE_LIMIT + 1], right[RESULT_TEXT] = "";
		struct happened *h = &truth->happened[truth->count];

		if (entry->step.operation->id == OP_AWAIT)
			continue; /* settled anew */
		*h = (struct happened){.step = entry->step, .call = -1};
		truth->count++;
		if (entry->expectation_count)
			h->result = entry->expectation[0].result;
		if (is_hidden(&entry->step))
			continue;
		h->call = calls++;
		step_text(&entry->step, left, sizeof left);
		result_text(&h->result, right, sizeof right);
		fprintf(print.out, *right ? "%s = %s\n" : "%s\n", left, right);
	}
	return print_take(&print);
}

static void sign(const struct model *before, const struct model *after, const struct step *step,
	const struct prediction *p, int call, void *context)
{
	(void)step, (void)call;
	signature_add(context, before, after, p, CLIENT);
}

/* Do the client's calls give what they gave, without what is left out? */
static bool holds(
	const struct truth *truth, const struct seen *seen, char signature[SIGNATURE_SIZE])
{
	struct play play = play_new(seen, true, sign, signature);
	struct prediction p;

	signature[0] = '\0';
	for (int i = 0; i < truth->count; i++) {
		const struct happened *h = &truth->happened[i];

		if (h->left_out)
			continue;
		if (!play_step(&play, &h->step, &p))
			return false;
		if (h->call >= 0 && !results_agree(&p.result, &h->result))
			return false;
	}
	return true;
}

/* Leaves out what the results do not depend on; from the end, for what comes of something goes
 * first.
 */
static void reduce(struct truth *truth, const struct seen *seen, char signature[SIGNATURE_SIZE])
{
	for (bool again = true; again;) {
		again = false;
		for (int i = truth->count - 1; i >= 0; i--) {
			struct happened *h = &truth->happened[i];

			if (h->call >= 0 || h->left_out)
				continue;
			h->left_out = true;
			if (holds(truth, seen, signature))
				again = true;
			else
				h->left_out = false;
		}
	}
	assert_true(holds(truth, seen, signature));
}

static int rank_of(const struct causes *causes, const char *signature)
{
	for (int i = 0; i < causes->count; i++)
		if (!strcmp(causes->cause[i].signature, signature))
			return i + 1;
	return 0;
}

/* What reproduces the first cause has the same calls with the same results, in the same order. */
static bool replays(const struct seen *seen, const struct causes *causes)
{
	struct print print;
	int next = 0;

	print_open(&print);
	reproduce_print(seen, &causes->cause[0].way[0], print.out);
	char *text = print_take(&print);
	struct experiment *e = parse_good(text);

	for (int i = 0; i < e->step_count && next < seen->count; i++) {
		char left[LINE_LIMIT + 1], right[LINE_LIMIT + 1];
		struct result result = seen_result(seen, next);
		struct step asked = *seen_step(seen, next);

		if (e->script[i].step.background && !asked.background)
			asked.background = true; /* it waited; its result is the join's */
		step_text(&e->script[i].step, left, sizeof left);
		step_text(&asked, right, sizeof right);
		if (strcmp(left, right) != 0)
			continue;
		if (e->script[i].expectation_count &&
			!results_agree(&e->script[i].expectation[0].result, &result))
			continue;
		next++;
	}
	bool all = next == seen->count;

	if (!all)
		print_error("call %d is missing in:\n%s", next + 1, text);
	experiment_free(e);
	if (all && asked_of_kernel < KERNEL_RUNS) {
		struct trace *trace = new_trace(text, FAMILY_TCP4);

		asked_of_kernel++;
		session_run(&session, trace);
		all = trace->verdict == VERDICT_EXPECTED;
		if (!all)
			print_error(
				"the kernel gives something else (%s):\n%s", trace->reason, text);
		drop_trace(trace);
	}
	free(text);
	return all;
}

struct tally {
	int diagnosed, told, found, replayed; /* told: something arrived */
};

static void print_miss(long number, const char *calls, const char *signature,
	const struct causes *causes, int rank)
{
	print_error("experiment %ld: [%s] is number %d of %d; first unexplained %d%s\n%s", number,
		signature, rank, causes->count, causes->furthest + 1,
		causes->gave_up ? ", gave up" : "", calls);
	for (int i = 0; i < causes->count && i < FIRST; i++)
		print_error("  [%s]\n", causes->cause[i].signature);
}

static void diagnose(long number, struct causes *causes, struct tally *tally)
{
	struct generated g;
	struct print print;
	struct truth truth;
	struct seen seen;
	char signature[SIGNATURE_SIZE];

	generate(&g, (uint64_t)seed, (uint64_t)number, FAMILY_TCP4, session.kernel, STEPS);
	print_open(&print);
	bool legal = generate_print(&g, session.kernel, print.out);
	char *text = print_take(&print);

	assert_true(legal);
	struct experiment *e = parse_good(text);
	char *calls = split(e, &truth);

	seen_take(&seen, parse_good(calls), session.kernel);
	seen.connected = false; /* a log begins with socket(2) */
	if (seen.count && holds(&truth, &seen, signature)) {
		reduce(&truth, &seen, signature);
		assert_true(causes_find(causes, &seen));
		int rank = rank_of(causes, signature);

		tally->diagnosed++;
		tally->told += *signature != '\0';
		tally->found += rank && rank <= FIRST;
		if (!rank || rank > FIRST)
			print_miss(number, calls, signature, causes, rank);
		tally->replayed += causes->count && replays(&seen, causes);
	}
	seen_free(&seen);
	experiment_free(e);
	free(calls);
	free(text);
}

static void test_random(void **state)
{
	struct causes *causes = malloc(sizeof *causes);
	struct tally tally = {0};

	(void)state;
	assert_non_null(causes);
	open_session_with((struct session_options){.deadline = 20000, .sandbox = true});
	for (long i = 0; i < experiments; i++)
		diagnose(i, causes, &tally);
	free(causes);
	print_message("%ld experiments: %d diagnosed, %d of them with an end, of %d the cause is "
		      "among the first %d, %d replayed, %d by the kernel\n",
		experiments, tally.diagnosed, tally.told, tally.found, FIRST, tally.replayed,
		asked_of_kernel);
	assert_true(tally.told > experiments / 10);
	assert_true(tally.found * 100 >= tally.diagnosed * 99);
	assert_int_equal(tally.replayed, tally.diagnosed);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_random, close_session)};

	if (argc > 1)
		experiments = strtol(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtol(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
