/*
 * diagnose backwards at scale: the client's calls of random experiments are written as a log of
 * strace's (strace_text.h), that is read and diagnosed, and what really happened has to be among
 * the first causes; what reproduces a cause has to give the same calls and results.
 *
 * usage: test_reasoning [EXPERIMENTS [SEED [RUNS [STEPS]]]]: of the first RUNS (100) the kernel is
 * asked, too; of up to STEPS (8) steps
 *
 * What really happened is what of the experiment, besides the calls that the log shows, their
 * results depend on: a step without which they come out the same is no part of it. Of the
 * experiments in which nothing arrives only every eighth is diagnosed: they say little.
 */
#include "check.h"
#include "diagnose/diagnosis.h"
#include "diagnose/reproduce.h"
#include "diagnose/seen_log.h"
#include "explore/generate.h"
#include "session.h"
#include "strace_text.h"

enum { FIRST = 3, DULL = 8 };
static long experiments = 500, seed = 1, kernel_runs = 100, steps = 8;
static long asked_of_kernel;

/* A step of what happened. */
struct happened {
	struct step step;
	struct result result;
	bool shown; /* by the log */
	bool left_out;
};

struct truth {
	const struct experiment *e;
	int count;
	struct happened happened[STEP_LIMIT];
};

/* Notes what happened, and writes the client's calls as a log; NULL: no log can show them. */
static char *split(const struct experiment *e, struct truth *truth)
{
	struct print print;
	bool can = true;

	*truth = (struct truth){.e = e};
	print_open(&print);
	struct strace_text text = strace_text_begin(print.out);

	for (int i = 0; i < e->step_count && can; i++) {
		const struct script_step *entry = &e->script[i];
		const struct step *step = &entry->step;
		struct happened *h = &truth->happened[truth->count];

		if (step->operation->id == OP_AWAIT || step->operation->id == OP_SLEEPS)
			continue; /* settled anew */
		*h = (struct happened){.step = *step};
		truth->count++;
		if (entry->expectation_count)
			h->result = entry->expectation[0].result;
		if (step->who != CLIENT)
			continue;
		can = strace_text_can(step);
		h->shown = strace_text_shows(&text, step, &h->result);
		if (can && strace_text_calls(step))
			strace_text_step(&text, step, &h->result);
	}
	char *log = print_take(&print);

	for (int i = truth->count - 1; text.waits && i >= 0; i--)
		if (truth->happened[i].step.who == CLIENT && truth->happened[i].step.background) {
			/* It has not returned: whose it is nothing tells yet. */
			truth->happened[i].shown &=
				!step_closes(&truth->happened[i].step) &&
				truth->happened[i].step.operation->id != OP_EPOLL_WAIT;
			break;
		}
	if (!can) {
		free(log);
		return NULL;
	}
	return log;
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

	play.m = model_of(truth->e, FAMILY_TCP4, seen->kernel);
	signature[0] = '\0';
	for (int i = 0; i < truth->count; i++) {
		const struct happened *h = &truth->happened[i];

		if (h->left_out)
			continue;
		if (!play_step(&play, &h->step, &p))
			return false;
		if (h->shown && !results_agree(&p.result, &h->result))
			return false;
	}
	return play_ends(&play);
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

			if (h->shown || h->left_out)
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
static bool replays(long number, const struct seen *seen, const struct causes *causes)
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
		print_error("experiment %ld: call %d is missing in:\n%s", number, next + 1, text);
	experiment_free(e);
	if (all && asked_of_kernel < kernel_runs) {
		struct trace *trace = new_trace(text, FAMILY_TCP4);

		asked_of_kernel++;
		session_run(&session, trace);
		all = trace->verdict == VERDICT_EXPECTED;
		if (!all)
			print_error("experiment %ld: the kernel gives something else (%s):\n%s",
				number, trace->reason, text);
		drop_trace(trace);
	}
	free(text);
	return all;
}

struct tally {
	int shown;                            /* by a log, all results too */
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

/* The calls of the log's connection, if it has one that is diagnosed. */
static bool read_log(const char *text, struct seen *seen)
{
	struct strace_log *log = strace_log_new();
	char line[1024];

	assert_non_null(log);
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
		assert_true(strace_log_feed(log, line));
	}
	strace_log_end(log);
	const struct log_connection *c = strace_log_connection(log, 0);

	assert_int_equal(strace_log_totals(log)->unknown, 0);
	bool there = c && seen_take_log(seen, c, session.kernel);

	strace_log_free(log);
	return there;
}

/* Is the experiment one that is diagnosed? Of those where nothing arrives, some. */
static bool is_taken(long number, const char *signature)
{
	return *signature || number % DULL == 0;
}

static void diagnose(
	long number, const struct experiment *e, struct causes *causes, struct tally *tally)
{
	struct truth truth;
	struct seen seen = {0};
	char signature[SIGNATURE_SIZE];
	char *log = split(e, &truth);

	if (log && read_log(log, &seen) && holds(&truth, &seen, signature)) {
		tally->shown++;
		reduce(&truth, &seen, signature);
		if (is_taken(number, signature)) {
			assert_true(causes_find(causes, &seen));
			int rank = rank_of(causes, signature);

			tally->diagnosed++;
			tally->told += *signature != '\0';
			tally->found += rank && rank <= FIRST;
			if (!rank || rank > FIRST)
				print_miss(number, log, signature, causes, rank);
			tally->replayed += causes->count && replays(number, &seen, causes);
		}
	}
	seen_free(&seen);
	free(log);
}

static void diagnose_number(long number, struct causes *causes, struct tally *tally)
{
	struct generated g;
	struct print print;

	generate(&g, (uint64_t)seed, (uint64_t)number, FAMILY_TCP4, session.kernel, (int)steps);
	print_open(&print);
	bool legal = generate_print(&g, session.kernel, print.out);
	char *text = print_take(&print);

	assert_true(legal);
	struct experiment *e = parse_good(text);

	diagnose(number, e, causes, tally);
	experiment_free(e);
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
		diagnose_number(i, causes, &tally);
	free(causes);
	print_message("%ld experiments: %d can be a log, %d diagnosed, %d of them with an end, of "
		      "%d the cause is "
		      "among the first %d, %d replayed, %ld by the kernel\n",
		experiments, tally.shown, tally.diagnosed, tally.told, tally.found, FIRST,
		tally.replayed, asked_of_kernel);
	assert_true(tally.told * 3 >= tally.diagnosed);
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
	if (argc > 3)
		kernel_runs = strtol(argv[3], NULL, 10);
	if (argc > 4)
		steps = strtol(argv[4], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
