/*
 * closewait run [NAME|FILE|-]...
 */
#include "catalog.h"
#include "clock.h"
#include "cmd.h"
#include "runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPEAT_LIMIT = 100000000, PROGRESS_AFTER = 1000000000 /* ns */, PROGRESS_EVERY = 100000000 };

struct run {
	bool all; /* a line an experiment instead of its trace, unless it deviates */
	unsigned families;
	long repeat;
	struct session_options options;
	char *capture,
		*partial; /* where packets are written to, and under which name until all is done */
	int experiment_count;
	struct experiment **experiment;
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
	{"no-sandbox", no_argument, NULL, 'n'},
	{"wire", required_argument, NULL, 'w'},
	{"pcap", required_argument, NULL, 'p'},
	{"states", no_argument, NULL, 's'},
	{"counters", no_argument, NULL, 'c'},
	{"events", no_argument, NULL, 'e'},
	{0},
};

static const struct name wire_details[] = {
	{"none", WIRE_NONE},
	{"brief", WIRE_BRIEF},
	{"full", WIRE_FULL},
	{NULL, 0},
};

static bool wire_option(const char *text, enum wire_detail *wire)
{
	long value;

	if (!name_value(wire_details, text, &value)) {
		message("--wire=%s: expected none, brief or full", text);
		return false;
	}
	*wire = (enum wire_detail)value;
	return true;
}

/* Takes an option with a value; false after a message when it is malformed. */
static bool value_option(int option, struct run *run)
{
	long deadline;

	switch (option) {
	case 'f':
		return family_option(optarg, &run->families);
	case 'r':
		return number_option("--repeat", optarg, 1, REPEAT_LIMIT, &run->repeat);
	case 'd':
		if (!number_option("--deadline", optarg, 1, DEADLINE_LIMIT, &deadline))
			return false;
		run->options.deadline = (int)deadline;
		return true;
	case 'w':
		return wire_option(optarg, &run->options.wire);
	case 'p':
		run->capture = optarg;
		return true;
	default:
		return false;
	}
}

/* Takes an option; false when the command is over. */
static bool take_option(int option, struct run *run)
{
	switch (option) {
	case 'a':
		return run->all = true;
	case 'n':
		run->options.sandbox = false;
		return true;
	case 's':
		return run->options.states = true;
	case 'c':
		return run->options.counters = true;
	case 'e':
		return run->options.events = true;
	default:
		return value_option(option, run);
	}
}

/* Reads the command line; false with *status when the command is over. */
static bool read_options(int argc, char **argv, struct run *run, enum status *status)
{
	int option;

	while ((option = next_option(argc, argv, options)) != -1)
		if (!take_option(option, run)) {
			*status = option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
			return false;
		}
	*status = STATUS_MISUSE;
	if (run->all == (optind < argc)) {
		message(run->all ? "run: expected --all or names, not both"
				 : "run: expected --all or the name of an experiment, a file or "
				   "'-'");
		return false;
	}
	if (run->capture && (!run->options.sandbox || run->options.wire == WIRE_NONE)) {
		message("--pcap: nothing is captured with --no-sandbox or --wire=none");
		return false;
	}
	return true;
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

static void add_experiment(struct run *run, const char *name, enum status *status)
{
	enum status loaded;
	struct experiment *e = catalog_load(name, &loaded);

	*status = status_merge(*status, loaded);
	if (e)
		run->experiment[run->experiment_count++] = e;
}

/* Reads every experiment before the first is run, so that all errors are told and nothing is half
 * done. */
static enum status load_experiments(struct run *run, char **names)
{
	enum status status = STATUS_EXPECTED;
	size_t count = 1; /* room for none, too */

	for (char **name = names; *name; name++)
		count++;
	for (const struct text *t = texts; t->name; t++)
		count++;
	run->experiment = calloc(count, sizeof(struct experiment *));
	if (!run->experiment) {
		message("no memory for the experiments");
		return STATUS_ENVIRONMENT;
	}
	for (; *names; names++)
		add_experiment(run, *names, &status);
	for (const struct text *t = texts; run->all && t->name; t++)
		if (!strcmp(t->kind, "trace"))
			add_experiment(run, t->name, &status);
	return status;
}

static void free_experiments(struct run *run)
{
	for (int i = 0; i < run->experiment_count; i++)
		experiment_free(run->experiment[i]);
	free((void *)run->experiment);
}

/* Opens the capture's file under another name, so that FILE is never half a capture. */
static bool open_capture(struct run *run)
{
	if (!run->capture)
		return true;
	if (asprintf(&run->partial, "%s.partial", run->capture) < 0)
		run->partial = NULL;
	else
		run->options.capture = fopen(run->partial, "we");
	if (run->options.capture)
		return true;
	message("%s.partial: cannot write: %s", run->capture, strerror(errno));
	free(run->partial);
	return false;
}

/* Gives the capture its name, or removes what there is of it. */
static enum status close_capture(struct run *run, bool written)
{
	bool good = !run->partial || (run->session.wire && written);
	int error = 0;

	if (run->partial && good && rename(run->partial, run->capture)) {
		error = errno;
		good = false;
	}
	if (!good) {
		message("%s: no capture was written%s%s", run->capture, error ? ": " : "",
			error ? strerror(error) : "");
		unlink(run->partial);
	}
	free(run->partial);
	return good ? STATUS_SKIPPED : STATUS_ENVIRONMENT;
}

/* A line for each part that was asked for and cannot be observed. */
static void tell_notes(const struct session *session)
{
	for (const char *at = session->notes; *at; at += strcspn(at, "\n") + 1)
		message("%.*s", (int)strcspn(at, "\n"), at);
}

static enum status run_everything(struct run *run)
{
	enum status status = STATUS_SKIPPED;

	tell_notes(&run->session);
	for (int i = 0; i < run->experiment_count; i++)
		status = status_merge(status, run_experiment(run, run->experiment[i]));
	if (run->traces > 1)
		printf("%s# %d traces, %d runs, %d steps, %d deviations, %.3f ms\n",
			run->all ? "" : "\n", run->traces, run->runs, run->steps, run->deviations,
			milliseconds(clock_read(CLOCK_MONOTONIC) - run->began));
	return status;
}

static enum status run_session(struct run *run)
{
	char why[REASON_LIMIT];

	if (!open_capture(run))
		return STATUS_ENVIRONMENT;
	if (session_open(&run->session, &run->options, why, sizeof why)) {
		message("%s", why);
		close_capture(run, false);
		return STATUS_ENVIRONMENT;
	}
	enum status status = run_everything(run);
	bool written = session_close(&run->session);

	return status_merge(status, close_capture(run, written));
}

enum status cmd_run(int argc, char **argv)
{
	struct run run = {.repeat = 1,
		.options = {.deadline = DEADLINE_DEFAULT, .sandbox = true, .wire = WIRE_BRIEF},
		.began = clock_read(CLOCK_MONOTONIC)};
	enum status status;

	if (!read_options(argc, argv, &run, &status))
		return status;
	status = load_experiments(&run, argv + optind);
	if (status == STATUS_EXPECTED)
		status = run_session(&run);
	free_experiments(&run);
	return status;
}
