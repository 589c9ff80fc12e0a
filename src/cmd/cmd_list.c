/*
 * closewait list [WORD...], closewait show NAME
 */
#include "cmd/cmd.h"
#include "cmd/fitted.h"
#include "cmd/list_page.h"
#include "explain/search.h"
#include "explain/symptom.h"
#include "explore/coverage.h"
#include "language/catalog.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

static const struct option no_options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static const struct option list_options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"runs", no_argument, NULL, 'r'},
	{"coverage", no_argument, NULL, 'c'},
	{"symbols", no_argument, NULL, 's'},
	{"format", required_argument, NULL, 'f'},
	{0},
};

/* What a listing keeps from experiment to experiment. */
struct listing {
	FILE *out;
	char group[WORD_LIMIT + 1]; /* of the experiment before */
	struct version kernel;
	int steps, predicted;
	bool reached[RULE_COUNT];
	char **words; /* that an experiment must have to be listed; ends with NULL */
	int count;    /* of experiments listed */
	struct symptom_set symbols;
};

typedef bool lister(const struct experiment *e, struct listing *listing);

/* What a test suite runs one by one: a line for each family of an experiment. */
static bool print_runs(const struct experiment *e, struct listing *listing)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & 1u << f)
			fprintf(listing->out, "%s %s\n", e->name, family_name((enum family)f));
	return true;
}

/* Has an experiment all of the words? False in *made without memory. */
static bool is_asked_for(const struct experiment *e, const struct listing *listing, bool *made)
{
	bool has = true;

	*made = true;
	if (!*listing->words)
		return true;
	char *text = search_text(e);

	*made = text != NULL;
	for (char **word = listing->words; text && *word && has; word++)
		has = search_has(text, *word);
	free(text);
	return text && has;
}

/* The group is the name's first word. */
static bool print_title(const struct experiment *e, struct listing *listing)
{
	char title[LINE_LIMIT + 1];
	int length = (int)strcspn(e->name, "-");
	bool made;

	if (!is_asked_for(e, listing, &made))
		return made;
	listing->count++;
	if (strncmp(e->name, listing->group, (size_t)length) != 0 || listing->group[length]) {
		fprintf(listing->out, "%s%.*s\n", listing->group[0] ? "\n" : "", length, e->name);
		snprintf(listing->group, sizeof listing->group, "%.*s", length, e->name);
	}
	experiment_title(e, title, sizeof title);
	fprintf(listing->out, "  %-34s %s\n", e->name, title);
	return true;
}

static bool print_page(const struct experiment *e, struct listing *listing)
{
	bool made, asked = is_asked_for(e, listing, &made);

	listing->count += asked;
	if (!made || !asked)
		return made;
	return catalog_text("peer", e->name) ? list_page_add_peer(e, listing->out)
					     : list_page_add(e, listing->kernel, listing->out);
}

/* The rules that are reached where nothing that came later is there yet. */
static bool reach_before(const struct experiment *e, enum family family, struct listing *listing)
{
	struct trace *trace = trace_new(e, family, (struct version){5, 10, 0});
	bool made = trace != NULL;

	for (int i = 0; trace && i < e->step_count; i++)
		listing->reached[trace->observation[i].prediction.rule] = true;
	trace_free(trace);
	return made;
}

/* Counts what the model predicts of an experiment on the families that it models, and names what
 * it does not. */
static bool print_coverage(const struct experiment *e, struct listing *listing)
{
	for (int f = 0; f < FAMILY_COUNT; f++) {
		if (!(e->families & 1u << f) || !model_has((enum family)f))
			continue;
		struct trace *trace = trace_new(e, (enum family)f, listing->kernel);

		if (!trace)
			return false;
		for (int i = 0; i < e->step_count; i++) {
			const struct prediction *p = &trace->observation[i].prediction;
			char text[LINE_LIMIT + 1];

			listing->steps++;
			listing->reached[p->rule] = true;
			listing->predicted += p->result.kind != RESULT_UNKNOWN;
			step_text(&e->script[i].step, text, sizeof text);
			if (p->result.kind == RESULT_UNKNOWN)
				fprintf(listing->out, "not predicted: %s:%d %s: %s\n", e->name,
					e->script[i].line, family_name((enum family)f), text);
		}
		trace_free(trace);
		if (!reach_before(e, (enum family)f, listing))
			return false;
	}
	return true;
}

/* The errnos, events and signals that experiments show: what closewait explain has a page for. */
static bool gather_symbols(const struct experiment *e, struct listing *listing)
{
	symptom_set_add(&listing->symbols, e, listing->kernel);
	return true;
}

static void print_coverage_summary(const struct listing *listing)
{
	int unreached = 0;

	for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
		if (!listing->reached[rule]) {
			unreached++;
			fprintf(listing->out, "rule not reached: %s%s%s\n", rule_texts[rule].says,
				*rule_texts[rule].kernel ? ": " : "", rule_texts[rule].kernel);
		}
	fprintf(listing->out,
		"# %d of %d steps predicted on plain TCP and unix; %d of %d rules reached\n",
		listing->predicted, listing->steps, RULE_COUNT - 1 - unreached, RULE_COUNT - 1);
}

/* The same of what closewait explore makes. */
static enum status print_explore_coverage(const struct listing *listing)
{
	struct coverage coverage;

	if (!coverage_measure(&coverage, listing->kernel)) {
		message("no memory for the experiments");
		return STATUS_ENVIRONMENT;
	}
	coverage_print(&coverage, listing->out);
	return STATUS_EXPECTED;
}

/* The experiments; with their titles, and on a page, the peers, too, which are not run. */
static enum status list_all(lister *list, struct listing *listing)
{
	enum status status = STATUS_EXPECTED, one;

	for (const struct text *t = texts; t->name; t++) {
		bool peer = !strcmp(t->kind, "peer");

		if (strcmp(t->kind, "trace") != 0 &&
			!(peer && (list == print_title || list == print_page)))
			continue;
		struct experiment *e = peer ? catalog_load_peer(t->name, SERVER, &one)
					    : catalog_load(t->name, &one);

		if (!e || !list(e, listing))
			status = e ? STATUS_ENVIRONMENT : one;
		experiment_free(e);
	}
	return status;
}

/* Takes --format; false after a message. */
static bool format_option(lister **list)
{
	enum output_format format;

	if (!output_format_option(optarg, 1 << OUTPUT_HTML, &format))
		return false;
	*list = format == OUTPUT_HTML ? print_page : print_title;
	return true;
}

/* What the options ask for; NULL after the help, or after a message: *status says which. */
static lister *read_options(int argc, char **argv, enum status *status)
{
	lister *list = print_title;
	int option;

	while ((option = cmd_next_option(argc, argv, list_options)) != -1) {
		*status = option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
		if (option == 'h' || option == '?')
			return NULL;
		if (list != print_title) {
			message("list: expected one of --runs, --coverage, --symbols and --format");
			return NULL;
		}
		if (option == 'f' && !format_option(&list))
			return NULL;
		if (option == 'f')
			continue;
		list = option == 'r' ? print_runs : option == 'c' ? print_coverage : gather_symbols;
	}
	*status = STATUS_MISUSE;
	if (list != print_title && list != print_page && optind < argc) {
		message("list: unexpected '%s'", argv[optind]);
		return NULL;
	}
	return list;
}

enum status cmd_list(int argc, char **argv)
{
	struct listing listing = {0};
	enum status status;
	struct fitted fitted;
	lister *list = read_options(argc, argv, &status);

	if (!list)
		return status;
	listing.words = argv + optind;
	if (list != print_title && list != print_runs && !cmd_kernel(&listing.kernel))
		return STATUS_ENVIRONMENT;
	if (!fitted_begin(&fitted))
		return STATUS_ENVIRONMENT;
	/* The others are for scripts. */
	listing.out = list == print_title ? fitted.out : stdout;
	if (list == print_page)
		list_page_begin(listing.kernel, listing.out);
	status = list_all(list, &listing);
	if (list == print_page)
		list_page_end(listing.out);
	if (list == print_coverage) {
		print_coverage_summary(&listing);
		status = status_merge(status, print_explore_coverage(&listing));
	}
	if (list == gather_symbols)
		symptom_set_print(&listing.symbols, stdout);
	if ((list == print_title || list == print_page) && !listing.count &&
		status == STATUS_EXPECTED) {
		message("list: no experiment has %s; closewait explain has pages for errnos, "
			"events "
			"and signals",
			listing.words[1] ? "all of these words" : "this word");
		status = STATUS_MISUSE;
	}
	return fitted_end(&fitted) ? status : STATUS_ENVIRONMENT;
}

enum status cmd_show(int argc, char **argv)
{
	enum status status = STATUS_EXPECTED;
	int option = cmd_next_option(argc, argv, no_options);
	status = STATUS_EXPECTED;

	if (option != -1)
		return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind == argc) {
		message("show: expected the name of an experiment; closewait list shows them");
		return STATUS_MISUSE;
	}
	for (; optind < argc; optind++) {
		bool peer = catalog_text("peer", argv[optind]);
		struct experiment *e = peer ? catalog_load_peer(argv[optind], SERVER, &status)
					    : catalog_load(argv[optind], &status);

		if (!e)
			return status;
		experiment_print(e, stdout);
		experiment_free(e);
	}
	return status;
}
