#include "cmd/run_job.h"

#include "util/clock.h"
#include "util/memstream.h"

#include <stdlib.h>

static struct job_result without_memory(void)
{
	return (struct job_result){
		.status = STATUS_ENVIRONMENT, .reason = "no memory for the trace"};
}

/* Adds to the result what the trace of its last run says. */
static void finish(struct job_result *result, const struct trace *trace, const struct tasks *tasks,
	int index, int64_t spent)
{
	const struct task_options *options = &tasks->options;
	const struct task *task = &tasks->selection.task[index];
	const struct format_trace printed = {.trace = trace,
		.number = index + 1,
		.count = tasks->selection.count,
		.again = index && task[-1].experiment == task->experiment,
		.runs = result->runs,
		.repeat = options->repeat,
		.spent = spent,
		.line = options->line,
		.width = options->width,
		.colour = options->colour};
	FILE *out = open_memstream(&result->text, &result->length);
	bool good = out && options->format->print(&printed, out);

	result->status = verdict_status(trace->verdict);
	result->deviations = trace->deviations;
	result->unasserted = trace->unasserted;
	if (trace->verdict == VERDICT_ERROR)
		snprintf(result->reason, sizeof result->reason, "%s", trace->reason);
	if (memory_close(out, &result->text) && good)
		return;
	free(result->text);
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
