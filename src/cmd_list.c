/*
 * closewait list, closewait show NAME
 */
#include "catalog.h"
#include "cmd.h"

#include <string.h>

static const struct option no_options[] = {
	{"help", no_argument, NULL, 'h'},
	{0},
};

static const struct option list_options[] = {
	{"help", no_argument, NULL, 'h'},
	{"runs", no_argument, NULL, 'r'},
	{0},
};

/* What a test suite runs one by one: a line for each family of an experiment. */
static void print_runs(const struct experiment *e)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & 1u << f)
			printf("%s %s\n", e->name, family_name((enum family)f));
}

static void print_title(const struct experiment *e)
{
	char title[LINE_LIMIT + 1];

	experiment_title(e, title, sizeof title);
	printf("%-34s %s\n", e->name, title);
}

enum status cmd_list(int argc, char **argv)
{
	void (*print)(const struct experiment *) = print_title;
	int option;
	enum status status = STATUS_EXPECTED;

	while ((option = next_option(argc, argv, list_options)) != -1) {
		if (option != 'r')
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
		print = print_runs;
	}
	if (optind < argc) {
		message("list: unexpected '%s'", argv[optind]);
		return STATUS_MISUSE;
	}
	for (const struct text *t = texts; t->name; t++) {
		struct experiment *e =
			strcmp(t->kind, "trace") != 0 ? NULL : catalog_load(t->name, &status);

		if (e)
			print(e);
		experiment_free(e);
	}
	return status;
}

enum status cmd_show(int argc, char **argv)
{
	enum status status = STATUS_EXPECTED;
	int option = next_option(argc, argv, no_options);
	status = STATUS_EXPECTED;

	if (option != -1)
		return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind == argc) {
		message("show: expected the name of an experiment; closewait list shows them");
		return STATUS_MISUSE;
	}
	for (; optind < argc; optind++) {
		struct experiment *e = catalog_load(argv[optind], &status);

		if (!e)
			return status;
		experiment_print(e, stdout);
		experiment_free(e);
	}
	return status;
}
