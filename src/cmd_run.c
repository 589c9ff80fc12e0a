/*
 * closewait run [NAME|FILE|-]...
 */
#include "catalog.h"
#include "clock.h"
#include "cmd.h"
#include "runner.h"

#include <string.h>
#include <unistd.h>

enum { REPEAT_LIMIT = 100000000, PROGRESS_AFTER = 1000000000 /* ns */, PROGRESS_EVERY = 100000000 };

struct run {
	bool all; /* a line an experiment instead of its trace, unless it deviates */
	unsigned families;
	long repeat, deadline;
	struct session session;
	int64_t began, shown; /* of the progress line */
	int traces, runs, steps, deviations;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"all", no_argument, NULL, 'a'},
	{"family", required_argument, NULL, 'f'},
	{"repeat", required_argument, NULL, 'r'},
	{"deadline", required_argument, NULL, 'd'},
	{0},
};

/* Reads the options; false with *status when the command is over. */
static bool read_options(int argc, char **argv, struct run *run, enum status *status)
{
	int option;
	bool good = true;

	while (good && (option = next_option(argc, argv, options)) != -1) {
		*status = option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
		if (option == 'a')
			run->all = true;
		else if (option == 'f')
			good = family_option(optarg, &run->families);
		else if (option == 'r')
			good = number_option("--repeat", optarg, 1, REPEAT_LIMIT, &run->repeat);
		else if (option == 'd')
			good = number_option(
				"--deadline", optarg, 1, DEADLINE_LIMIT, &run->deadline);
		else
			return false;
	}
	*status = STATUS_MISUSE;
	if (good && run->all == (optind < argc)) {
		message(run->all ? "run: expected --all or names, not both"
				 : "run: expected --all or the name of an experiment, a file or "
				   "'-'");
		return false;
	}
	return good;
}

/* On a terminal, for what takes more than a second. */
static void show_progress(struct run *run, const struct trace *trace, long done)
{
	int64_t now = clock_read(CLOCK_MONOTONIC);

	if (now - run->shown < PROGRESS_EVERY || now - run->began < PROGRESS_AFTER ||
		!isatty(STDERR_FILENO))
		return;
	run->shown = now;
	fprintf(stderr, "\r%s %s %ld/%ld\033[K", trace->experiment->name,
		family_name(trace->family), done, run->repeat);
}

static void clear_progress(struct run *run)
{
	if (run->shown)
		fputs("\r\033[K", stderr);
	run->shown = 0;
}

static double milliseconds(int64_t nanoseconds)
{
	return (double)nanoseconds / 1e6;
}

static void print_trace(const struct run *run, const struct trace *trace, long runs, int64_t spent)
{
	if (run->traces)
		putchar('\n');
	trace_print(trace, colour_wanted(), stdout);
	printf("# %d steps, %d deviations, %.3f ms", trace->reached, trace->deviations,
		milliseconds(trace->end - trace->begin));
	if (run->repeat > 1)
		printf("; run %ld of %ld, %.3f ms each", runs, run->repeat,
			milliseconds(spent) / (double)runs);
	putchar('\n');
}

static void print_line(const struct trace *trace)
{
	static const char *const words[] = {"as expected", "deviates", "skipped", "error"};

	printf("%-34s %s  %-11s %3d steps %8.3f ms%s%s\n", trace->experiment->name,
		family_name(trace->family), words[trace->verdict], trace->reached,
		milliseconds(trace->end - trace->begin), trace->reason[0] ? "  " : "",
		trace->reason);
}

static enum status status_of(const struct trace *trace)
{
	static const enum status statuses[] = {[VERDICT_EXPECTED] = STATUS_EXPECTED,
		[VERDICT_DEVIATES] = STATUS_DEVIATES,
		[VERDICT_SKIPPED] = STATUS_SKIPPED,
		[VERDICT_ERROR] = STATUS_ENVIRONMENT};

	return statuses[trace->verdict];
}

/* Runs an experiment on one family, as often as asked for or until it is not as expected, and
 * reports it. */
static enum status run_family(struct run *run, const struct experiment *e, enum family family)
{
	struct trace *trace = trace_new(e, family, run->session.kernel);
	int64_t begin = clock_read(CLOCK_MONOTONIC);
	long done = 0;

	if (!trace) {
		message("%s: no memory for the trace", e->name);
		return STATUS_ENVIRONMENT;
	}
	do {
		session_run(&run->session, trace);
		run->steps += trace->reached;
		show_progress(run, trace, ++done);
	} while (done < run->repeat && trace->verdict == VERDICT_EXPECTED);
	clear_progress(run);
	run->runs += (int)done;
	run->deviations += trace->deviations;
	if (run->all && trace->verdict != VERDICT_DEVIATES)
		print_line(trace);
	else
		print_trace(run, trace, done, clock_read(CLOCK_MONOTONIC) - begin);
	fflush(stdout);
	if (trace->verdict == VERDICT_ERROR)
		message("%s %s: %s", e->name, family_name(family), trace->reason);
	run->traces++;
	enum status status = status_of(trace);

	trace_free(trace);
	return status;
}

static enum status run_experiment(struct run *run, const struct experiment *e)
{
	enum status status = STATUS_SKIPPED;
	unsigned families = run->families ? run->families : ~0U;

	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & families & 1u << f)
			status = status_merge(status, run_family(run, e, (enum family)f));
	if (!(e->families & families))
		message("%s: skipped: it uses none of the families asked for", e->name);
	return status;
}

static enum status run_named(struct run *run, const char *name)
{
	enum status status;
	struct experiment *e = catalog_load(name, &status);

	if (!e)
		return status;
	status = run_experiment(run, e);
	experiment_free(e);
	return status;
}

static enum status run_all(struct run *run)
{
	enum status status = STATUS_SKIPPED;

	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, "trace"))
			status = status_merge(status, run_named(run, t->name));
	return status;
}

enum status cmd_run(int argc, char **argv)
{
	struct run run = {
		.repeat = 1, .deadline = DEADLINE_DEFAULT, .began = clock_read(CLOCK_MONOTONIC)};
	enum status status;
	char why[REASON_LIMIT];

	if (!read_options(argc, argv, &run, &status))
		return status;
	if (session_open(&run.session, (int)run.deadline, why, sizeof why)) {
		message("%s", why);
		return STATUS_ENVIRONMENT;
	}
	status = run.all ? run_all(&run) : STATUS_SKIPPED;
	for (; optind < argc; optind++)
		status = status_merge(status, run_named(&run, argv[optind]));
	session_close(&run.session);
	if (run.traces > 1)
		printf("%s# %d traces, %d runs, %d steps, %d deviations, %.3f ms\n",
			run.all ? "" : "\n", run.traces, run.runs, run.steps, run.deviations,
			milliseconds(clock_read(CLOCK_MONOTONIC) - run.began));
	return status;
}
