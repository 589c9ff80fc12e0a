/*
 * closewait predict NAME|FILE|-...: the model's answers, without touching a socket
 */
#include "cmd/cmd.h"
#include "cmd/fitted.h"
#include "language/catalog.h"
#include "trace/trace.h"
#include "util/text.h"

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"family", required_argument, NULL, 'f'},
	{0},
};

static enum status predict(const struct experiment *e, enum family family, struct version kernel)
{
	struct trace *trace = trace_new(e, family, kernel);
	struct fitted fitted;
	enum status status;

	if (!trace || !fitted_begin(&fitted)) {
		message("%s: no memory for the trace", e->name);
		trace_free(trace);
		return STATUS_ENVIRONMENT;
	}
	trace_judge_predictions(trace);
	trace_print_predictions(trace, cmd_colour(), fitted.out);
	fprintf(fitted.out, "# %d step%s, %d deviation%s of the model from what is expected\n",
		e->step_count, text_plural(e->step_count), trace->deviations,
		text_plural(trace->deviations));
	status = trace->deviations ? STATUS_DEVIATES : STATUS_EXPECTED;
	if (!fitted_end(&fitted))
		status = STATUS_ENVIRONMENT;
	trace_free(trace);
	return status;
}

static enum status predict_families(const char *name, unsigned families, struct version kernel)
{
	enum status status;
	struct experiment *e = catalog_load_whole(name, &status);

	if (!e)
		return status;
	status = STATUS_SKIPPED;
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & families & 1u << f)
			status = status_merge(status, predict(e, (enum family)f, kernel));
	if (status == STATUS_SKIPPED)
		message("%s: uses none of the families asked for", name);
	experiment_free(e);
	return status;
}

enum status cmd_predict(int argc, char **argv)
{
	unsigned families = 0;
	struct version kernel;
	int option;
	enum status status = STATUS_SKIPPED;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (option != 'f' || !cmd_family_option(optarg, &families))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind == argc) {
		message("predict: expected the name of an experiment, a file or '-'");
		return STATUS_MISUSE;
	}
	if (!cmd_kernel(&kernel))
		return STATUS_ENVIRONMENT;
	for (; optind < argc; optind++)
		status = status_merge(
			status, predict_families(argv[optind], families ? families : ~0U, kernel));
	return status;
}
