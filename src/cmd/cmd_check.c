/*
 * closewait check NAME|FILE|-...: what is wrong with experiments, without running them
 */
#include "cmd/cmd.h"
#include "language/catalog.h"
#include "util/clean.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"format", required_argument, NULL, 'o'},
	{0},
};

struct check {
	const char *name;
	enum output_format format;
	bool incomplete; /* there was no memory for a complaint */
};

/* The complaint as JSON; its texts quote the file, which may have any bytes. */
static json_t *complaint_object(const char *name, const struct complaint *c)
{
	char *file = clean_line(name), *text = clean_line(c->message);
	json_t *object = json_pack("{s:s, s:i, s:i, s:i, s:s, s:s*, s:s*}", "file", file, "line",
		c->line, "column", c->column, "length", c->length, "message", text, "expected",
		c->expected, "nearest", c->nearest);

	free(file);
	free(text);
	return object;
}

static void take_complaint(void *context, const struct complaint *complaint)
{
	struct check *check = context;

	if (check->format == OUTPUT_TEXT) {
		complaint_print(check->name, complaint, stdout);
		return;
	}
	json_t *object = complaint_object(check->name, complaint);

	if (!object || json_dumpf(object, stdout, JSON_COMPACT))
		check->incomplete = true;
	else
		putchar('\n');
	json_decref(object);
}

static enum status check_one(struct check *check)
{
	enum status status;
	size_t size;
	char *text = catalog_find(check->name, &size, &status);

	if (!text)
		return status;
	struct experiment *e = experiment_read(check->name, text, size, take_complaint, check);

	status = e ? STATUS_EXPECTED : STATUS_MISUSE;
	if ((!e && errno == ENOMEM) || check->incomplete) {
		message("%s: no memory to check it", check->name);
		status = STATUS_ENVIRONMENT;
	}
	experiment_free(e);
	free(text);
	return status;
}

enum status cmd_check(int argc, char **argv)
{
	struct check check = {0};
	enum status status = STATUS_EXPECTED;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (option != 'o' || !output_format_option(optarg, 1 << OUTPUT_JSON, &check.format))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (optind == argc) {
		message("check: expected the name of an experiment, a file or '-'");
		return STATUS_MISUSE;
	}
	for (; optind < argc; optind++) {
		check.name = argv[optind];
		status = status_merge(status, check_one(&check));
	}
	return status;
}
