#include "cmd/run_output.h"

#include "util/interrupt.h"
#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

static enum verdict status_verdict(enum status status)
{
	enum verdict verdict = VERDICT_EXPECTED;

	while (verdict_status(verdict) != status && verdict < VERDICT_ERROR)
		verdict++;
	return verdict;
}

/* Of the experiment, where it is one. */
static const char *the_name(const struct selection *selection)
{
	return selection->experiment_count == 1 ? selection->experiment[0]->name : NULL;
}

bool run_output_begin(struct run_output *output, const struct work *work)
{
	const struct tasks *tasks = work->context;

	*output = (struct run_output){.work = work,
		.format = tasks->options.format,
		.out = stdout,
		.totals = {.name = the_name(&tasks->selection),
			.count = work->count,
			.line = tasks->options.line}};
	if (output->format->totals_first)
		output->out = open_memstream(&output->held, &output->held_size);
	else if (output->format->begin)
		output->format->begin(&output->totals, output->out);
	return output->out;
}

void run_output_give(struct run_output *output, const struct job_result *result)
{
	struct format_totals *totals = &output->totals;

	if (result->text)
		fwrite(result->text, 1, result->length, output->out);
	fflush(output->out);
	totals->given++;
	totals->verdict[status_verdict(result->status)]++;
	totals->runs += result->runs;
	totals->steps += result->steps;
	totals->deviations += result->deviations;
	totals->unasserted += result->unasserted;
}

/* An error for each task of which there is no result. */
static void give_missing(struct run_output *output)
{
	char why[REASON_LIMIT] = "not run: see standard error";

	if (interrupted())
		snprintf(why, sizeof why, "not run: interrupted by SIG%s",
			sigabbrev_np(interrupted()));
	for (int i = output->totals.given; i < output->totals.count; i++) {
		struct job_result result = output->work->lost(output->work, i, why);

		run_output_give(output, &result);
		free(result.text);
	}
}

/* Prints what was held back, now that the totals are there to stand first. */
static bool release(struct run_output *output)
{
	bool good = memory_close(output->out, &output->held);

	output->out = stdout;
	output->format->begin(&output->totals, output->out);
	if (good)
		fwrite(output->held, 1, output->held_size, output->out);
	free(output->held);
	return good;
}

bool run_output_end(struct run_output *output, int64_t spent)
{
	const struct format *format = output->format;
	struct format_totals *totals = &output->totals;
	bool good = true;

	totals->spent = spent;
	totals->missing = format->complete ? totals->count - totals->given : 0;
	if (totals->missing)
		give_missing(output);
	if (format->totals_first)
		good = release(output);
	if (format->end)
		format->end(totals, output->out);
	return good;
}
