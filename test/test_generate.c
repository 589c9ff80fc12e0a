/*
 * Generated experiments: the same seed gives the same text, the text parses, the model is certain
 * of every step in it, and what is tried is the vocabulary.
 */
#include "check.h"
#include "explore/choose.h"
#include "explore/coverage.h"
#include "explore/generate.h"
#include "trace/trace.h"

#define KERNEL ((struct version){6, 18, 0})

enum { COUNT_OF_EXPERIMENTS = 2000, STEPS = 12 };

static struct generated generated_of(uint64_t seed, uint64_t number)
{
	struct generated g;

	generate(&g, seed, number, FAMILY_TCP4, KERNEL, STEPS);
	return g;
}

/* The text, for free(3); NULL when it is not legal. */
static char *text_of(const struct generated *g)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	bool legal = generate_print(g, KERNEL, out);

	assert_int_equal(fclose(out), 0);
	if (!legal) {
		free(text);
		return NULL;
	}
	return text;
}

static char *text_at(uint64_t seed, uint64_t number)
{
	struct generated g = generated_of(seed, number);
	char *text = text_of(&g);

	assert_non_null(text);
	return text;
}

static void test_same(void **state)
{
	(void)state;
	for (uint64_t number = 0; number < 50; number++) {
		char *once = text_at(7, number), *again = text_at(7, number);

		assert_string_equal(once, again);
		free(once);
		free(again);
	}
}

/* Of one seed, and of two, few are the same by chance: those with a step or two. */
static void test_different(void **state)
{
	int same = 0;

	(void)state;
	for (uint64_t number = 0; number < 200; number++) {
		char *a = text_at(7, number), *b = text_at(7, number + 1), *c = text_at(8, number);

		same += !strcmp(strstr(a, "\nuse"), strstr(b, "\nuse"));
		same += !strcmp(strstr(a, "\nuse"), strstr(c, "\nuse"));
		free(a);
		free(b);
		free(c);
	}
	assert_true(same < 40);
}

/* Parsed and predicted again, every step has the answer that was written beside it. */
static void assert_certain(uint64_t number)
{
	char *text = text_at(1, number);
	struct experiment *e = parse_good(text);
	struct trace *trace = trace_new(e, FAMILY_TCP4, KERNEL);

	assert_non_null(trace);
	trace_judge_predictions(trace);
	assert_int_equal(trace->deviations, 0);
	for (int i = 0; i < e->step_count; i++) {
		const struct prediction *p = &trace->observation[i].prediction;

		assert_int_not_equal(p->result.kind, RESULT_UNKNOWN);
		assert_int_not_equal(p->result.kind, RESULT_TIMEOUT);
	}
	trace_free(trace);
	experiment_free(e);
	free(text);
}

static void test_certain(void **state)
{
	(void)state;
	for (uint64_t number = 0; number < COUNT_OF_EXPERIMENTS; number++)
		assert_certain(number);
}

static void test_steps(void **state)
{
	bool longest = false;

	(void)state;
	for (uint64_t number = 0; number < COUNT_OF_EXPERIMENTS; number++) {
		struct generated g = generated_of(1, number);

		assert_in_range(g.count, 1, STEPS);
		longest |= g.count == STEPS;
	}
	assert_true(longest);
}

/* What depends on time is left out, all else is tried: in the foreground, and what may block in the
 * background, too. */
static void test_vocabulary(void **state)
{
	bool tried[OPERATION_COUNT] = {false}, background = false;

	(void)state;
	for (uint64_t number = 0; number < COUNT_OF_EXPERIMENTS; number++) {
		struct generated g = generated_of(1, number);

		for (int i = 0; i < g.count; i++) {
			tried[g.step[i].operation->id] = true;
			background |= g.step[i].background;
		}
	}
	assert_true(background);
	for (const struct operation *o = operations; o->name; o++) {
		bool expected = !choose_left_out(o->id);

		if (tried[o->id] != expected)
			fail_msg("%s: expected to be %s", o->name, expected ? "tried" : "left out");
	}
}

/* What the model has asleep in the end is looked at: at every end of an experiment with a call in
 * the background that was not joined, unless time may end that. */
static void test_sleepers(void **state)
{
	int seen = 0;

	(void)state;
	for (uint64_t number = 0; number < 200; number++) {
		char *text = text_at(1, number), *last = strrchr(text, '&');
		bool waits = last && !strstr(last, " join");

		seen += waits && strstr(last, " sleeps            = 1\n");
		free(text);
	}
	assert_true(seen > 20);
}

/* What is told of the vocabulary is what the generator does with it. */
static void test_coverage(void **state)
{
	struct coverage once, again;
	struct print print;

	(void)state;
	assert_true(coverage_measure(&once, KERNEL));
	assert_true(coverage_measure(&again, KERNEL));
	assert_memory_equal(&once, &again, sizeof once);
	for (const struct operation *o = operations; o->name; o++) {
		assert_in_range(once.unknown[o->id], 0, once.drawn[o->id]);
		if (!once.made[o->id] !=
			(choose_left_out(o->id) && o->id != OP_AWAIT && o->id != OP_JOIN))
			fail_msg("%s: made %ld times", o->name, once.made[o->id]);
	}
	once.drawn[OP_WRITE] += 50;
	once.unknown[OP_WRITE] += 50;
	once.made[OP_DUP] = 0;
	print_open(&print);
	coverage_print(&once, print.out);
	char *text = print_take(&print);

	assert_non_null(strstr(text, "explore makes no dup\n"));
	assert_non_null(strstr(text, "explore makes no count: what is counted"));
	assert_non_null(strstr(text, " steps of write\n"));
	assert_non_null(strstr(text, "(2000 experiments of seed 1)\n"));
	free(text);
}

/* Without one of its steps an experiment is legal again, or said not to be. */
static void test_shorter(void **state)
{
	int legal = 0, illegal = 0;

	(void)state;
	for (uint64_t number = 0; number < 200; number++) {
		struct generated g = generated_of(1, number);

		memmove(&g.step[0], &g.step[1], (size_t)--g.count * sizeof *g.step);
		char *text = text_of(&g);

		if (text && g.count)
			experiment_free(parse_good(text));
		*(text ? &legal : &illegal) += 1;
		free(text);
	}
	assert_true(legal > 20);
	assert_true(illegal > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_different),
		cmocka_unit_test(test_certain),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_vocabulary),
		cmocka_unit_test(test_sleepers),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_shorter),
	};

	return cmocka_run_group_tests_name("generate", tests, NULL, NULL);
}
