/*
 * closewait run [NAME|FILE|-]...
 */
#include "cmd/cmd.h"
#include "cmd/fitted.h"
#include "cmd/run_output.h"
#include "pool/pool.h"
#include "util/clock.h"
#include "util/interrupt.h"
#include "util/output_file.h"
#include "util/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPEAT_LIMIT = 100000000 };

struct run {
	bool all;        /* the whole catalogue */
	bool wire_asked; /* --wire was given: */
	enum wire_detail wire;
	unsigned families;
	const char *pcap; /* where packets are written to; NULL: nowhere */
	struct output_file pcap_file;
	struct tasks tasks;
	struct jobs jobs;
	struct progress progress;
	enum status status; /* of all tasks together */
	struct run_output output;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"all", no_argument, NULL, 'a'},
	{"family", required_argument, NULL, 'f'},
	{"format", required_argument, NULL, 'o'},
	{"repeat", required_argument, NULL, 'r'},
	{"jobs", required_argument, NULL, 'j'},
	{"deadline", required_argument, NULL, 'd'},
	{"no-sandbox", no_argument, NULL, 'n'},
	{"stack", required_argument, NULL, 'S'},
	{"wire", required_argument, NULL, 'w'},
	{"pcap", required_argument, NULL, 'p'},
	{"states", no_argument, NULL, 's'},
	{"counters", no_argument, NULL, 'c'},
	{"events", no_argument, NULL, 'e'},
	{0},
};

static const struct symbol wire_details[] = {
	{"none", WIRE_NONE},
	{"brief", WIRE_BRIEF},
	{"full", WIRE_FULL},
	{NULL, 0},
};

static bool wire_option(const char *text, enum wire_detail *wire)
{
	long value;

	if (!symbol_value(wire_details, text, &value)) {
		message("--wire=%s: expected none, brief or full", text);
		return false;
	}
	*wire = (enum wire_detail)value;
	return true;
}

/* Finds the format; false after a message that names the nearest one, or all. */
static bool format_option(const char *text, const struct format **format)
{
	struct nearest nearest = {text, NULL, 0};

	*format = format_find(text);
	for (const struct format *f = formats; !*format && f->name; f++)
		text_offer_nearest(&nearest, f->name);
	if (!*format && nearest.best)
		message("--format=%s: unknown format; did you mean '%s'?", text, nearest.best);
	else if (!*format)
		message("--format=%s: unknown format; closewait help run lists them", text);
	return *format;
}

/* Takes an option with a value; false after a message when it is malformed. */
static bool value_option(int option, struct run *run)
{
	struct work *work = &run->jobs.work;

	switch (option) {
	case 'f':
		return cmd_family_option(optarg, &run->families);
	case 'o':
		return format_option(optarg, &run->tasks.options.format);
	case 'r':
		return cmd_number_option(
			"--repeat", optarg, 1, REPEAT_LIMIT, &run->tasks.options.repeat);
	case 'j':
		return cmd_int_option("--jobs", JOBS_LIMIT, &run->jobs.count);
	case 'd':
		return cmd_int_option("--deadline", DEADLINE_LIMIT, &work->session.deadline);
	case 'S':
		return cmd_stack_option(optarg, &work->session);
	case 'w':
		run->wire_asked = true;
		return wire_option(optarg, &run->wire);
	case 'p':
		run->pcap = optarg;
		return true;
	default:
		return false;
	}
}

/* Takes an option; false when the command is over. */
static bool take_option(int option, struct run *run)
{
	struct session_options *session = &run->jobs.work.session;

	switch (option) {
	case 'a':
		return run->all = run->tasks.options.line = true;
	case 'n':
		session->sandbox = false;
		return true;
	case 's':
		return session->states = true;
	case 'c':
		return session->counters = true;
	case 'e':
		return session->events = true;
	default:
		return value_option(option, run);
	}
}

static bool is_stdout(const char *name)
{
	return !strcmp(name, "-");
}

/* Can there be a capture file, if one is asked for? False after a message. */
static bool pcap_is_possible(const struct run *run)
{
	const struct session_options *session = &run->jobs.work.session;

	if (run->pcap && (!session->sandbox || session->wire == WIRE_NONE)) {
		message("--pcap: nothing is captured with --no-sandbox, --wire=none, or --stack "
			"without --wire");
		return false;
	}
	if (run->pcap && !*run->pcap) {
		message("--pcap=: expected the name of a file, or '-' for standard output");
		return false;
	}
	if (run->pcap && is_stdout(run->pcap) && isatty(STDOUT_FILENO)) {
		message("--pcap=-: standard output is a terminal: redirect it, or name a file");
		return false;
	}
	if (run->pcap && run->jobs.count > 1) {
		message("--pcap: each of several jobs captures packets of its own, and there is "
			"one file: leave out --jobs");
		return false;
	}
	return true;
}

/* Reads the command line; false with *status when the command is over. */
static bool read_options(int argc, char **argv, struct run *run, enum status *status)
{
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, run)) {
			*status = option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
			return false;
		}
	*status = STATUS_MISUSE;
	if (!run->jobs.count)
		run->jobs.count = run->all && !run->pcap ? cmd_default_jobs() : 1;
	if (run->all == (optind < argc)) {
		message(run->all ? "run: expected --all or names, not both"
				 : "run: expected --all or the name of an experiment, a file or "
				   "'-'");
		return false;
	}
	run->jobs.work.session.states |= run->tasks.options.format->states;
	if (run->wire_asked)
		run->jobs.work.session.wire = run->wire;
	return pcap_is_possible(run);
}

/* A format of one trace alone has room for no other. */
static enum status check_count(const struct run *run)
{
	const struct selection *selection = &run->tasks.selection;
	const char *format = run->tasks.options.format->name;

	if (!run->tasks.options.format->one || selection->count <= 1)
		return STATUS_EXPECTED;
	if (selection->task[1].experiment == selection->task[0].experiment)
		message("--format=%s: one trace, not %d: add --family=%s", format, selection->count,
			family_name(selection->task[0].family));
	else
		message("--format=%s: one trace, not %d: name one experiment", format,
			selection->count);
	return STATUS_MISUSE;
}

/* Says what a task gave, and adds it up. */
static bool give(void *context, int index, const struct job_result *result)
{
	struct run *run = context;
	const struct task *task = &run->tasks.selection.task[index];

	progress_clear(&run->progress);
	run_output_give(&run->output, result);
	if (result->reason[0] && !interrupted())
		message("%s %s: %s", task->experiment->name, family_name(task->family),
			result->reason);
	run->status = status_merge(run->status, result->status);
	return true;
}

static bool open_pcap(struct run *run)
{
	if (!run->pcap)
		return true;
	run->jobs.work.session.pcap = output_file_open(&run->pcap_file, run->pcap);
	/* With the packets on standard output, the traces go to standard error. */
	if (run->jobs.work.session.pcap &&
		(!is_stdout(run->pcap) || dup2(STDERR_FILENO, STDOUT_FILENO) >= 0))
		return true;
	message("%s: cannot write: %s", run->pcap, strerror(errno));
	return false;
}

/* Gives the capture its name, if all of it was written. */
static enum status close_pcap(struct run *run)
{
	int status = run->jobs.pcap_status;
	int finished = run->pcap ? output_file_finish(&run->pcap_file, !status) : 0;

	if (!status)
		status = finished;
	if (!run->pcap || !status)
		return STATUS_SKIPPED;
	/* Why nothing was captured, and an interrupt, are told elsewhere. */
	bool told = status == -ENODATA || status == -EINTR;

	message("%s: no complete capture was written%s%s", run->pcap, told ? "" : ": ",
		told ? "" : strerror(-status));
	return STATUS_ENVIRONMENT;
}

/* Runs what there is to run, and prints it. */
static enum status give_all(struct run *run)
{
	if (!run_output_begin(&run->output, &run->jobs.work)) {
		message("no memory for the output");
		return STATUS_ENVIRONMENT;
	}
	enum status status = pool_run(&run->jobs);
	int64_t spent = clock_read(CLOCK_MONOTONIC) - run->progress.began;

	progress_clear(&run->progress);
	status = status_merge(status, run->status);
	if (run_output_end(&run->output, spent))
		return status;
	message("no memory for the output");
	return status_merge(status, STATUS_ENVIRONMENT);
}

static enum status run_tasks(struct run *run)
{
	if (!open_pcap(run))
		return STATUS_ENVIRONMENT;
	enum status status = give_all(run);

	return status_merge(status, close_pcap(run));
}

static enum status run_with_progress(struct run *run)
{
	const struct tasks *tasks = &run->tasks;
	int status = progress_start(&run->progress, tasks->selection.count * tasks->options.repeat);

	if (status) {
		message("no memory for the progress: %s", strerror(-status));
		return STATUS_ENVIRONMENT;
	}
	enum status merged = run_tasks(run);

	progress_stop(&run->progress);
	return merged;
}

enum status cmd_run(int argc, char **argv)
{
	struct run run = {.status = STATUS_SKIPPED,
		.tasks = {.options = {.format = formats,
				  .repeat = 1,
				  .colour = cmd_colour(),
				  .width = fitted_width()}},
		.jobs = {.work = {.run = run_job_run,
				 .lost = run_job_lost,
				 .context = &run.tasks,
				 .session = {.deadline = DEADLINE_DEFAULT,
					 .sandbox = true,
					 .wire = WIRE_BRIEF},
				 .progress = &run.progress},
			.give = give,
			.context = &run}};
	enum status status;

	if (!read_options(argc, argv, &run, &status))
		return status;
	status = selection_load(&run.tasks.selection, argv + optind, run.families);
	run.jobs.work.count = run.tasks.selection.count;
	if (status == STATUS_EXPECTED)
		status = check_count(&run);
	if (status == STATUS_EXPECTED)
		status = run_with_progress(&run);
	selection_free(&run.tasks.selection);
	return status;
}
