#include "cmd/run_job.h"

#include "util/clock.h"
#include "util/memstream.h"
#include "util/text.h"

#include <stdlib.h>

static double milliseconds(int64_t nanoseconds)
{
	return (double)nanoseconds / 1e6;
}

static void print_line(const struct trace *trace, FILE *out)
{
	static const char *const words[] = {"as expected", "deviates", "skipped", "error"};

	fprintf(out, "%-30s %-14s %-11s %3d step%s %8.3f ms%s%s\n", trace->experiment->name,
		family_name(trace->family), words[trace->verdict], trace->reached,
		trace->reached == 1 ? " " : "s", milliseconds(trace->end - trace->begin),
		trace->reason[0] ? "  " : "", trace->reason);
}

static void print_whole(const struct trace *trace, const struct tasks *tasks, int index, long runs,
	int64_t spent, FILE *out)
{
	const struct task_options *options = &tasks->options;
	const struct task *task = &tasks->selection.task[index];
	/* What the trace of the family before it began with need not be said again. */
	bool again = !options->line && index && task[-1].experiment == task->experiment;

	(again ? trace_print_again : trace_print)(trace, options->colour, out);
	fprintf(out, "# %d step%s, %d deviation%s, ", trace->reached, text_plural(trace->reached),
		trace->deviations, text_plural(trace->deviations));
	if (trace->unasserted)
		fprintf(out, "%d not asserted, ", trace->unasserted);
	fprintf(out, "%.3f ms", milliseconds(trace->end - trace->begin));
	if (options->repeat > 1 && runs)
		fprintf(out, "; run %ld of %ld, %.3f ms each", runs, options->repeat,
			milliseconds(spent) / (double)runs);
	fputc('\n', out);
}

static struct job_result without_memory(void)
{
	return (struct job_result){
		.status = STATUS_ENVIRONMENT, .reason = "no memory for the trace"};
}

/* Adds to the result of the task at index what the trace of its last run says. */
static void finish(struct job_result *result, const struct trace *trace, const struct tasks *tasks,
	int index, int64_t spent)
{
	FILE *out = open_memstream(&result->text, &result->length);

	result->status = verdict_status(trace->verdict);
	result->deviations = trace->deviations;
	result->unasserted = trace->unasserted;
	result->whole = !tasks->options.line || trace->verdict == VERDICT_DEVIATES;
	if (trace->verdict == VERDICT_ERROR)
		snprintf(result->reason, sizeof result->reason, "%s", trace->reason);
	if (out && result->whole)
		print_whole(trace, tasks, index, result->runs, spent, out);
	else if (out)
		print_line(trace, out);
	if (memory_close(out, &result->text))
		return;
	*result = without_memory();
}

struct job_result run_job_run(const struct work *work, int index, struct session *session)
{
	const struct tasks *tasks = work->context;
	const struct task *task = &tasks->selection.task[index];
	struct trace *trace = trace_new(task->experiment, task->family, session->kernel);
	struct job_result result = {0};
	int64_t begin = clock_read(CLOCK_MONOTONIC);

	if (!trace)
		return without_memory();
	do {
		session_run(session, trace);
		result.steps += trace->reached;
		result.runs++;
		progress_count(work->progress, 1);
	} while (result.runs < tasks->options.repeat && trace->verdict == VERDICT_EXPECTED);
	progress_count(work->progress, tasks->options.repeat - result.runs);
	finish(&result, trace, tasks, index, clock_read(CLOCK_MONOTONIC) - begin);
	trace_free(trace);
	return result;
}

struct job_result run_job_lost(const struct work *work, int index, const char *reason)
{
	const struct tasks *tasks = work->context;
	const struct task *task = &tasks->selection.task[index];
	struct trace *trace = trace_new(task->experiment, task->family, (struct version){0});
	struct job_result result = {0};

	if (!trace)
		return without_memory();
	trace->verdict = VERDICT_ERROR;
	snprintf(trace->reason, sizeof trace->reason, "%s", reason);
	finish(&result, trace, tasks, index, 0);
	trace_free(trace);
	return result;
}
