/*
 * closewait orders NAME|FILE|-: every order in which two programs can run, and their outcomes
 */
#include "cmd/cmd.h"
#include "explore/orders_print.h"
#include "language/catalog.h"
#include "pool/pool.h"
#include "util/interrupt.h"
#include "util/memstream.h"

#include <string.h>

enum {
	REPEAT_DEFAULT = 10,
	REPEAT_LIMIT = 1000000,
	DEADLINE = 1000, /* milliseconds: what an order costs in which a step blocks */
};

struct command_orders {
	enum output_format format;
	FILE *page;   /* that is written, while it is */
	long outcome; /* print its experiment alone; 0: all */
	unsigned families;
	struct orders orders;
	struct outcome_set set[FAMILY_COUNT];
	struct jobs jobs;
	struct progress progress;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"family", required_argument, NULL, 'f'},
	{"repeat", required_argument, NULL, 'r'},
	{"jobs", required_argument, NULL, 'j'},
	{"deadline", required_argument, NULL, 'd'},
	{"format", required_argument, NULL, 'o'},
	{"outcome", required_argument, NULL, 'n'},
	{0},
};

static bool take_option(int option, struct command_orders *c)
{
	switch (option) {
	case 'f':
		return cmd_family_option(optarg, &c->families);
	case 'r':
		return cmd_number_option("--repeat", optarg, 0, REPEAT_LIMIT, &c->orders.repeat);
	case 'j':
		return cmd_int_option("--jobs", JOBS_LIMIT, &c->jobs.count);
	case 'd':
		return cmd_int_option("--deadline", DEADLINE_LIMIT, &c->jobs.work.session.deadline);
	case 'o':
		return output_format_option(
			optarg, 1 << OUTPUT_JSON | 1 << OUTPUT_HTML | 1 << OUTPUT_SVG, &c->format);
	case 'n':
		return cmd_number_option("--outcome", optarg, 1, ORDERS_LIMIT, &c->outcome);
	default:
		return false;
	}
}

/* Takes the result of an order into its family's set. */
static bool give(void *context, int index, const struct job_result *result)
{
	struct command_orders *c = context;
	struct outcome_set *set = &c->set[c->orders.task[index].family];

	outcome_set_add(set, index, result);
	return result->status != STATUS_ENVIRONMENT && result->status != STATUS_SKIPPED;
}

static enum status no_memory(void)
{
	message("no memory for the output");
	return STATUS_ENVIRONMENT;
}

static enum status print_example(const struct command_orders *c, const struct outcome_set *set)
{
	if (c->outcome > set->count) {
		message("--outcome=%ld: there %s %d on %s", c->outcome,
			set->count == 1 ? "is" : "are", set->count, family_name(set->family));
		return STATUS_MISUSE;
	}
	if (c->format != OUTPUT_SVG)
		orders_print_example(set, (int)c->outcome - 1, stdout);
	else if (!orders_svg(set, (int)c->outcome - 1, stdout))
		return no_memory();
	return set->status;
}

/* False without memory. */
static bool print_formatted(const struct command_orders *c, const struct outcome_set *set,
	const struct outcome_set *before)
{
	if (c->format == OUTPUT_JSON)
		return orders_json(set, stdout);
	if (c->format == OUTPUT_HTML)
		return orders_html(set, before, c->page);
	if (before && outcome_sets_same(before, set))
		orders_print_same(set, before->family, stdout);
	else
		orders_print(set, stdout);
	return true;
}

static enum status print_set(const struct command_orders *c, const struct outcome_set *set,
	const struct outcome_set *before)
{
	if (set->reason[0]) {
		message("%s %s: %s", c->orders.programs.experiment->name, family_name(set->family),
			set->reason);
		return set->status;
	}
	if (c->outcome)
		return print_example(c, set);
	return print_formatted(c, set, before) ? set->status : no_memory();
}

static enum status print_sets(struct command_orders *c)
{
	const struct outcome_set *before = NULL;
	enum status status = STATUS_SKIPPED;

	for (int f = 0; f < FAMILY_COUNT; f++) {
		struct outcome_set *set = &c->set[f];

		if (!(c->orders.families & 1u << f))
			continue;
		outcome_set_end(set);
		status = status_merge(status, print_set(c, set, before));
		before = set;
	}
	return status;
}

/* A page has them all, or is not printed: what is missing was said. */
static enum status print_page(struct command_orders *c)
{
	char *text = NULL;
	size_t size;

	c->page = open_memstream(&text, &size);
	if (!c->page)
		return no_memory();
	orders_html_begin(c->orders.programs.experiment, c->page);
	enum status status = print_sets(c);

	orders_html_end(c->page);
	if (!memory_close(c->page, &text))
		return no_memory();
	if (status == STATUS_EXPECTED || status == STATUS_DEVIATES)
		fputs(text, stdout);
	free(text);
	return status;
}

static enum status print_all(struct command_orders *c)
{
	return c->format == OUTPUT_HTML && !c->outcome ? print_page(c) : print_sets(c);
}

static enum status run_orders(struct command_orders *c)
{
	c->jobs.work.count = c->orders.task_count;
	if (progress_start(&c->progress, c->orders.task_count * (c->orders.repeat + 1))) {
		message("no memory for the progress");
		return STATUS_ENVIRONMENT;
	}
	enum status status = pool_run(&c->jobs);

	progress_stop(&c->progress);
	if (interrupted())
		return STATUS_ENVIRONMENT; /* a part of the orders tells nothing of the others */
	return status_merge(status, print_all(c));
}

static enum status orders(struct command_orders *c, const struct experiment *e)
{
	char why[256];

	c->orders.families = e->families & (c->families ? c->families : ~0U);
	if (c->outcome) /* one experiment, which closewait run can read */
		c->orders.families &= ~c->orders.families + 1;
	if (!c->orders.families) {
		message("%s: uses none of the families asked for", e->name);
		return STATUS_SKIPPED;
	}
	if (!programs_split(&c->orders.programs, e, why, sizeof why)) {
		message("%s: %s", e->name, why);
		return STATUS_MISUSE;
	}
	for (int f = 0; f < FAMILY_COUNT; f++)
		outcome_set_begin(&c->set[f], &c->orders, (enum family)f);
	enum status status =
		cmd_kernel(&c->orders.kernel) ? orders_plan(&c->orders) : STATUS_ENVIRONMENT;

	if (status == STATUS_EXPECTED)
		status = run_orders(c);
	for (int f = 0; f < FAMILY_COUNT; f++)
		outcome_set_free(&c->set[f]);
	orders_free(&c->orders);
	return status;
}

enum status cmd_orders(int argc, char **argv)
{
	struct command_orders c = {.orders = {.repeat = REPEAT_DEFAULT},
		.jobs = {.count = cmd_default_jobs(),
			.work = {.run = orders_run,
				.lost = orders_lost,
				.context = &c.orders,
				.session = {.deadline = DEADLINE, .sandbox = true},
				.progress = &c.progress},
			.give = give,
			.context = &c}};
	enum status status;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, &c))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (c.format == OUTPUT_SVG && !c.outcome) {
		message("--format=svg: a picture is that of one outcome: add --outcome=N");
		return STATUS_MISUSE;
	}
	if (optind + 1 != argc) {
		message("orders: expected the name of one experiment, a file or '-'");
		return STATUS_MISUSE;
	}
	struct experiment *e = catalog_load_whole(argv[optind], &status);

	if (!e)
		return status;
	status = orders(&c, e);
	experiment_free(e);
	return status;
}
