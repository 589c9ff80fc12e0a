/*
 * closewait explore: random experiments, in which the kernel and the model must agree
 */
#include "cmd/cmd.h"
#include "explore/explore.h"
#include "explore/generate.h"
#include "pool/pool.h"
#include "util/clock.h"
#include "util/interrupt.h"
#include "util/text.h"

#include <stdlib.h>

enum {
	STEPS_DEFAULT = 12,
	COUNT_DEFAULT = 1000,
	COUNT_LIMIT = 1000000000,
	DEADLINE = 2000, /* milliseconds */
	LEAST_BATCH = 100,
	MOST_BATCHES = 10000, /* a batch that is ready waits for those before it */
};

struct explore {
	struct exploration exploration;
	struct jobs jobs;
	struct progress progress;
	enum status status;
	long runs, steps, skipped, disagreements;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"seed", required_argument, NULL, 's'},
	{"count", required_argument, NULL, 'c'},
	{"first", required_argument, NULL, 'i'},
	{"steps", required_argument, NULL, 'k'},
	{"family", required_argument, NULL, 'f'},
	{"jobs", required_argument, NULL, 'j'},
	{"stack", required_argument, NULL, 'S'},
	{0},
};

static bool take_option(int option, struct explore *x)
{
	struct exploration *e = &x->exploration;

	switch (option) {
	case 's':
		return cmd_number_option("--seed", optarg, 0, COUNT_LIMIT, &e->seed);
	case 'c':
		return cmd_number_option("--count", optarg, 1, COUNT_LIMIT, &e->count);
	case 'i':
		return cmd_number_option("--first", optarg, 0, COUNT_LIMIT, &e->first);
	case 'k':
		return cmd_number_option("--steps", optarg, 1, GENERATED_LIMIT, &e->steps);
	case 'f':
		return cmd_family_option(optarg, &e->families);
	case 'S':
		return cmd_stack_option(optarg, &x->jobs.work.session);
	case 'j':
		return cmd_int_option("--jobs", JOBS_LIMIT, &x->jobs.count);
	default:
		return false;
	}
}

/* Says what a batch gave, and adds it up. */
static bool give(void *context, int task, const struct job_result *result)
{
	struct explore *x = context;

	(void)task;
	progress_clear(&x->progress);
	if (result->text)
		fwrite(result->text, 1, result->length, stdout);
	fflush(stdout);
	if (result->reason[0] && !interrupted())
		message("%s", result->reason);
	x->runs += result->runs;
	x->steps += result->steps;
	x->skipped += result->skipped;
	x->disagreements += result->deviations;
	x->status = status_merge(x->status, result->status);
	return x->disagreements < DISAGREEMENTS_LIMIT && result->status != STATUS_ENVIRONMENT;
}

static bool families_modelled(unsigned families)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (families & 1u << f && !model_has((enum family)f)) {
			message("explore: --family=%s: the model does not cover it",
				family_name((enum family)f));
			return false;
		}
	return true;
}

static enum status explore(struct explore *x)
{
	struct exploration *e = &x->exploration;

	if (!e->families)
		e->families = 1u << FAMILY_TCP4 | 1u << FAMILY_TCP6;
	e->batch = e->count / MOST_BATCHES > LEAST_BATCH ? e->count / MOST_BATCHES : LEAST_BATCH;
	x->jobs.work.count = explore_tasks(e);
	if (progress_start(&x->progress, e->count)) {
		message("no memory for the progress");
		return STATUS_ENVIRONMENT;
	}
	enum status status = pool_run(&x->jobs);

	printf("# seed %ld, experiments %ld to %ld: %ld run, %ld step%s, %ld skipped, %ld "
	       "disagreement%s, %.3f s\n",
		e->seed, e->first, e->first + e->count - 1, x->runs, x->steps,
		text_plural(x->steps), x->skipped, x->disagreements, text_plural(x->disagreements),
		(double)(clock_read(CLOCK_MONOTONIC) - x->progress.began) / 1e9);
	progress_stop(&x->progress);
	return status_merge(status, x->status);
}

enum status cmd_explore(int argc, char **argv)
{
	struct explore x = {.status = STATUS_SKIPPED,
		.exploration = {.seed = 1,
			.count = COUNT_DEFAULT,
			.steps = STEPS_DEFAULT,
			.colour = cmd_colour()},
		.jobs = {.count = 1,
			.work = {.run = explore_run,
				.lost = explore_lost,
				.context = &x.exploration,
				.session = {.deadline = DEADLINE, .sandbox = true},
				.progress = &x.progress},
			.give = give,
			.context = &x}};
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, &x))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind < argc) {
		message("explore: unexpected '%s'", argv[optind]);
		return STATUS_MISUSE;
	}
	if (!families_modelled(x.exploration.families))
		return STATUS_MISUSE;
	return explore(&x);
}
