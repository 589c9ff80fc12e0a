/*
 * closewait explore: random experiments, in which the kernel and the machine must agree
 */
#include "clock.h"
#include "cmd.h"
#include "generate.h"
#include "progress.h"
#include "runner.h"

#include <stdlib.h>
#include <string.h>

enum {
	STEPS_DEFAULT = 12,
	COUNT_DEFAULT = 1000,
	COUNT_LIMIT = 1000000000,
	DISAGREEMENTS_LIMIT = 10, /* shown before giving up */
	RENEW_AFTER = 10000, /* experiments with one listening port: TIME_WAIT keeps the client's */
};

struct explorer {
	long seed, count, first, steps;
	unsigned families;
	int deadline; /* milliseconds */
	struct session session;
	long done, taken, disagreements, skipped; /* experiments; steps; */
	struct progress progress;
	int64_t began;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"seed", required_argument, NULL, 's'},
	{"count", required_argument, NULL, 'c'},
	{"first", required_argument, NULL, 'i'},
	{"steps", required_argument, NULL, 'k'},
	{"family", required_argument, NULL, 'f'},
	{0},
};

static bool take_option(int option, struct explorer *x)
{
	switch (option) {
	case 's':
		return number_option("--seed", optarg, 0, COUNT_LIMIT, &x->seed);
	case 'c':
		return number_option("--count", optarg, 1, COUNT_LIMIT, &x->count);
	case 'i':
		return number_option("--first", optarg, 0, COUNT_LIMIT, &x->first);
	case 'k':
		return number_option("--steps", optarg, 1, GENERATED_LIMIT, &x->steps);
	case 'f':
		return family_option(optarg, &x->families);
	default:
		return false;
	}
}

static enum family family_of(const struct explorer *x, long number)
{
	enum family family = (enum family)(number % FAMILY_COUNT);

	while (!(x->families & 1u << family))
		family = (enum family)((family + 1) % FAMILY_COUNT);
	return family;
}

/* The experiment of what was generated, or NULL when it is not legal, or there is no memory. */
static struct experiment *experiment_of(struct explorer *x, const struct generated *g)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct experiment *e = NULL;

	if (!out)
		return NULL;
	bool legal = generated_print(g, x->session.kernel, out);

	if (!fclose(out) && legal)
		e = experiment_parse("generated", text, size, stderr);
	free(text);
	return e;
}

/* Runs it once; the trace goes to *text, for free(3), if it deviates. Returns the verdict;
 * VERDICT_ERROR when it could not be run. */
static enum verdict run(struct explorer *x, const struct experiment *e, char **text)
{
	FILE *out;
	size_t size;

	enum family family = FAMILY_TCP4;

	while (!(e->families & 1u << family))
		family++;
	struct trace *trace = trace_new(e, family, x->session.kernel);

	if (!trace) {
		message("no memory for the trace");
		return VERDICT_ERROR;
	}
	session_run(&x->session, trace);
	enum verdict verdict = trace->verdict;

	x->taken += trace->reached;
	if (verdict == VERDICT_ERROR)
		message("%s", trace->reason);
	*text = NULL;
	out = verdict == VERDICT_DEVIATES ? open_memstream(text, &size) : NULL;
	if (out) {
		trace_print(trace, colour_wanted(), out);
		fclose(out);
	}
	trace_free(trace);
	return verdict;
}

static bool deviates(struct explorer *x, const struct generated *g)
{
	struct experiment *e = experiment_of(x, g);
	char *text = NULL;
	bool deviating = e && run(x, e, &text) == VERDICT_DEVIATES;

	free(text);
	experiment_free(e);
	return deviating;
}

static struct generated without(const struct generated *g, int i)
{
	struct generated shorter = *g;

	shorter.count--;
	memmove(&shorter.step[i], &shorter.step[i + 1],
		(size_t)(shorter.count - i) * sizeof *shorter.step);
	return shorter;
}

/* Takes out steps for as long as what is left disagrees. */
static void shrink(struct explorer *x, struct generated *g)
{
	for (int i = g->count - 1; i >= 0; i--) {
		struct generated shorter = without(g, i);

		if (!shorter.count || !deviates(x, &shorter))
			continue;
		*g = shorter;
		i = g->count; /* what was needed before may be needless now */
	}
}

/* trace is that of the run which disagreed. */
static void report(struct explorer *x, const struct generated *g, const char *trace)
{
	struct generated shortest = *g;
	char *text = NULL;

	progress_clear(&x->progress);
	x->disagreements++;
	shrink(x, &shortest);
	struct experiment *e = experiment_of(x, &shortest);

	if (!e)
		return;
	bool again = run(x, e, &text) == VERDICT_DEVIATES;

	printf("%s# experiment %lu%s\n", again && text ? text : trace, g->number,
		again ? "" : " disagreed once, and not again");
	free(text);
	puts("\n# as a file, with the machine's answers:\n");
	experiment_print(e, stdout);
	putchar('\n');
	fflush(stdout);
	experiment_free(e);
}

static enum status explore_one(struct explorer *x, long number)
{
	struct generated g;

	generate(&g, (uint64_t)x->seed, (uint64_t)number, family_of(x, number), x->session.kernel,
		(int)x->steps);
	struct experiment *e = experiment_of(x, &g);

	if (!e) {
		message("experiment %ld: cannot be written", number);
		return STATUS_ENVIRONMENT;
	}
	char *text = NULL;
	enum verdict verdict = run(x, e, &text);

	x->done++;
	x->skipped += verdict == VERDICT_SKIPPED;
	experiment_free(e);
	if (verdict == VERDICT_DEVIATES)
		report(x, &g, text ? text : "");
	free(text);
	return verdict_status(verdict);
}

static enum status explore(struct explorer *x)
{
	enum status status = STATUS_SKIPPED;

	for (long i = 0; i < x->count && x->disagreements < DISAGREEMENTS_LIMIT; i++) {
		enum status one = explore_one(x, x->first + i);

		status = status_merge(status, one);
		if (one == STATUS_ENVIRONMENT)
			break;
		if (i % RENEW_AFTER == RENEW_AFTER - 1)
			listener_stop(&x->session.listener);
		progress_count(&x->progress, 1);
	}
	progress_clear(&x->progress);
	printf("# seed %ld, experiments %ld to %ld: %ld run, %ld steps, %ld skipped, %ld "
	       "disagreements, %.3f s\n",
		x->seed, x->first, x->first + x->count - 1, x->done, x->taken, x->skipped,
		x->disagreements, (double)(clock_read(CLOCK_MONOTONIC) - x->began) / 1e9);
	return status;
}

/* The machine has answers for plain TCP only. */
static bool families_modelled(unsigned families)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (families & 1u << f && !family_is_tcp((enum family)f)) {
			message("explore: --family=%s: the machine does not model it",
				family_name((enum family)f));
			return false;
		}
	return true;
}

enum status cmd_explore(int argc, char **argv)
{
	struct explorer x = {.seed = 1,
		.count = COUNT_DEFAULT,
		.steps = STEPS_DEFAULT,
		.began = clock_read(CLOCK_MONOTONIC)};
	struct session_options session = {.deadline = 2000, .sandbox = true};
	char why[REASON_LIMIT];
	int option;

	while ((option = next_option(argc, argv, options)) != -1)
		if (!take_option(option, &x))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind < argc) {
		message("explore: unexpected '%s'", argv[optind]);
		return STATUS_MISUSE;
	}
	if (!families_modelled(x.families))
		return STATUS_MISUSE;
	if (!x.families)
		x.families = 1u << FAMILY_TCP4 | 1u << FAMILY_TCP6;
	if (progress_start(&x.progress, x.count)) {
		message("no memory for the progress");
		return STATUS_ENVIRONMENT;
	}
	enum status status = STATUS_ENVIRONMENT;

	if (session_open(&x.session, &session, why, sizeof why))
		message("%s", why);
	else {
		status = explore(&x);
		session_close(&x.session);
	}
	progress_stop(&x.progress);
	return status;
}
