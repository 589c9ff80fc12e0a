/*
 * closewait explain NAME|FILE|-|SYMBOL: one experiment, or what gives an errno, an event or a
 * signal, as a page to read
 */
#include "cmd/cmd.h"
#include "cmd/explain_page.h"
#include "cmd/symptom_page.h"
#include "explain/explain.h"
#include "explain/similar.h"
#include "explain/symptom.h"
#include "language/catalog.h"
#include "run/runner.h"
#include "util/interrupt.h"
#include "util/memstream.h"
#include "util/text.h"

#include <string.h>

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"family", required_argument, NULL, 'f'},
	{"format", required_argument, NULL, 'o'},
	{0},
};

/* The title and the reason: the comment that the experiment begins with. */
static void print_introduction(const struct experiment *e)
{
	int count = experiment_introduction(e);

	for (int i = 0; i < count; i++) {
		const struct line *line = &e->line[i];
		int mark = line->comment_length > 1 && line->comment[1] == ' ' ? 2 : 1;

		printf("%.*s\n", line->comment_length - mark, line->comment + mark);
	}
}

static void print_trace(const struct trace *trace)
{
	printf("%sAs run here, on %s\n\n", experiment_introduction(trace->experiment) ? "\n" : "",
		family_name(trace->family));
	trace_print_steps(trace, cmd_colour(), stdout);
	printf("# %d step%s, %d deviation%s\n", trace->reached, text_plural(trace->reached),
		trace->deviations, text_plural(trace->deviations));
	explain_packets(trace, stdout);
	explain_states(trace, stdout);
	explain_calls(trace, stdout);
}

/* Offers every experiment of the catalogue that can run on the same family. */
static bool find_neighbours(struct similar_list *neighbours, const struct trace *trace)
{
	const struct experiment *e = trace->experiment;
	enum status status = STATUS_EXPECTED;
	struct difference difference;

	for (const struct text *t = texts; t->name && status == STATUS_EXPECTED; t++) {
		if (strcmp(t->kind, "trace") != 0 || !strcmp(t->name, e->name))
			continue;
		struct experiment *other = catalog_load(t->name, &status);

		if (!other)
			return false;
		if (!(other->families & 1u << trace->family)) {
			experiment_free(other);
			continue;
		}
		if (!similar_compare(&difference, e, other, trace->family, trace->kernel)) {
			message("no memory to compare with %s", t->name);
			experiment_free(other);
			return false;
		}
		similar_offer(neighbours, other, &difference);
	}
	return true;
}

static void print_neighbours(
	const struct similar_list *neighbours, const struct trace *trace, FILE *out)
{
	char title[LINE_LIMIT + 1];

	if (neighbours->count)
		fputs("\nNeighbours: the experiments that differ least, '-' here, '+' there\n",
			out);
	for (int i = 0; i < neighbours->count; i++) {
		const struct experiment *other = neighbours->experiment[i];

		experiment_title(other, title, sizeof title);
		fprintf(out, "\n  %s\n  ", other->name);
		text_wrap(out, 2, title);
		similar_print_difference(&neighbours->difference[i], trace->experiment, other,
			trace->family, trace->kernel, out);
	}
}

/* False without memory. */
static bool print_page(const struct similar_list *neighbours, const struct trace *trace)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		print_neighbours(neighbours, trace, out);
	bool good = memory_close(out, &text) && explain_page_trace(trace, text, stdout);

	free(text);
	return good;
}

/* The same as text. */
static void print_text(const struct similar_list *neighbours, const struct trace *trace)
{
	print_introduction(trace->experiment);
	print_trace(trace);
	print_neighbours(neighbours, trace, stdout);
}

static enum status explain(const struct trace *trace, enum output_format format)
{
	struct similar_list neighbours = {0};
	enum status status = verdict_status(trace->verdict);

	if (trace->verdict == VERDICT_ERROR) {
		message("%s %s: %s", trace->experiment->name, family_name(trace->family),
			trace->reason);
		return status;
	}
	bool good = find_neighbours(&neighbours, trace);

	if (good && format == OUTPUT_HTML)
		good = print_page(&neighbours, trace);
	else if (good)
		print_text(&neighbours, trace);
	if (!good)
		status = STATUS_ENVIRONMENT;
	similar_free(&neighbours);
	return status;
}

static enum status run_and_explain(
	const struct experiment *e, enum family family, enum output_format format)
{
	struct session_options asked = {.deadline = DEADLINE_DEFAULT,
		.sandbox = true,
		.wire = WIRE_FULL,
		.states = true,
		.counters = true};
	struct session session;
	char why[REASON_LIMIT];

	if (session_open(&session, &asked, why, sizeof why)) {
		message("%s", why);
		return STATUS_ENVIRONMENT;
	}
	for (const char *at = session.notes; *at; at += strcspn(at, "\n") + 1)
		message("%.*s", (int)strcspn(at, "\n"), at);
	interrupt_catch();
	struct trace *trace = trace_new(e, family, session.kernel);
	enum status status = STATUS_ENVIRONMENT;

	if (trace) {
		session_run(&session, trace);
		status = explain(trace, format);
	} else
		message("%s: no memory for the trace", e->name);
	trace_free(trace);
	session_close(&session);
	return status;
}

/* The experiment's first family among those asked for. */
static enum status explain_family(
	const struct experiment *e, unsigned families, enum output_format format)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & families & 1u << f)
			return run_and_explain(e, (enum family)f, format);
	message("%s: skipped: it uses none of the families asked for", e->name);
	return STATUS_SKIPPED;
}

/* Asks every experiment of the catalogue. */
static enum status explain_symptom(const struct symptom *symptom, enum output_format format)
{
	struct symptom_origins origins = {.symptom = *symptom};
	struct version kernel;
	enum status status = STATUS_EXPECTED;

	if (!cmd_kernel(&kernel))
		return STATUS_ENVIRONMENT;
	for (const struct text *t = texts; t->name && status == STATUS_EXPECTED; t++) {
		struct experiment *e =
			strcmp(t->kind, "trace") ? NULL : catalog_load(t->name, &status);

		if (e)
			symptom_offer(&origins, e, kernel);
		experiment_free(e);
	}
	if (status == STATUS_EXPECTED)
		(format == OUTPUT_HTML ? symptom_page_print : symptom_print)(&origins, stdout);
	return status;
}

/* One on the families asked for; 0: any. */
static enum status explain_experiment(
	const char *name, unsigned families, enum output_format format)
{
	enum status status;
	struct experiment *e = catalog_load(name, &status);

	if (e)
		status = explain_family(e, families ? families : ~0U, format);
	experiment_free(e);
	return status;
}

/* Takes an option; false when the command is over. */
static bool take_option(int option, unsigned *families, enum output_format *format)
{
	if (option == 'f')
		return cmd_family_option(optarg, families);
	return option == 'o' && output_format_option(optarg, 1 << OUTPUT_HTML, format);
}

enum status cmd_explain(int argc, char **argv)
{
	unsigned families = 0;
	enum output_format format = OUTPUT_TEXT;
	struct symptom symptom;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, &families, &format))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind == argc) {
		message("explain: expected the name of an experiment, a file or '-', or an errno, "
			"an "
			"event or a signal");
		return STATUS_MISUSE;
	}
	if (optind + 1 < argc) {
		message("explain: unexpected '%s'", argv[optind + 1]);
		return STATUS_MISUSE;
	}
	if (!symptom_find(argv[optind], &symptom))
		return explain_experiment(argv[optind], families, format);
	if (!families)
		return explain_symptom(&symptom, format);
	message("explain: --family goes with an experiment; the page of %s has all families",
		symptom.name);
	return STATUS_MISUSE;
}
