/*
 * closewait diagnose CALLS|FILE|-: which ways of a peer's leaving explain what calls returned?
 */
#include "cmd/cmd.h"
#include "diagnose/diagnosis.h"
#include "diagnose/reproduce.h"
#include "language/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"reproduce", no_argument, NULL, 'r'},
	{"format", required_argument, NULL, 'o'},
	{0},
};

struct diagnose_options {
	bool reproduce, json;
};

/* The calls as text, or an experiment or a trace as a file, whose lines of one end they are. */
static struct experiment *load(const char *argument, enum status *status)
{
	if (!strcmp(argument, "-") || !strchr(argument, '='))
		return catalog_load(argument, status);
	struct experiment *e = seen_parse("calls", argument, stderr);

	*status = e ? STATUS_EXPECTED : errno == ENOMEM ? STATUS_ENVIRONMENT : STATUS_MISUSE;
	return e;
}

static enum status print(const struct causes *causes, const struct diagnose_options *asked)
{
	bool explained = causes->count > 0;

	if (asked->reproduce && explained)
		reproduce_print(causes->seen, &causes->cause[0].way[0], stdout);
	else if (asked->json) {
		if (!diagnosis_print_json(causes, stdout)) {
			message("diagnose: no memory for the output");
			return STATUS_ENVIRONMENT;
		}
	} else if (!asked->reproduce)
		diagnosis_print(causes, stdout);
	else
		message("diagnose: nothing explains call %d, so there is nothing to reproduce",
			causes->furthest + 1);
	return explained ? STATUS_EXPECTED : STATUS_DEVIATES;
}

static enum status diagnose(
	struct experiment *e, struct version kernel, const struct diagnose_options *asked)
{
	struct seen seen;
	struct causes *causes = malloc(sizeof *causes);
	enum status status = STATUS_MISUSE;

	seen_take(&seen, e, kernel);
	if (!causes) {
		message("diagnose: no memory for the causes");
		status = STATUS_ENVIRONMENT;
	} else if (!seen.count)
		message("diagnose: expected calls of the client or of the server");
	else if (!family_is_tcp(seen.family))
		message("diagnose: %s is not modelled: expected a family of plain TCP",
			family_name(seen.family));
	else {
		causes_find(causes, &seen);
		status = print(causes, asked);
	}
	free(causes);
	seen_free(&seen);
	return status;
}

static bool take_format(const char *text, bool *json)
{
	*json = !strcmp(text, "json");
	if (*json || !strcmp(text, "text"))
		return true;
	message("--format=%s: expected text or json", text);
	return false;
}

enum status cmd_diagnose(int argc, char **argv)
{
	struct diagnose_options asked = {0};
	struct version kernel;
	enum status status;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1) {
		if (option == 'r')
			asked.reproduce = true;
		else if (option != 'o' || !take_format(optarg, &asked.json))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	}
	if (optind + 1 != argc) {
		message(optind == argc
				? "diagnose: expected calls with their results, as in 'write 6 "
				  "= 6; write 6 = -1 EPIPE', a file or '-'"
				: "diagnose: unexpected '%s'",
			argv[optind == argc ? optind - 1 : optind + 1]);
		return STATUS_MISUSE;
	}
	if (!cmd_kernel(&kernel))
		return STATUS_ENVIRONMENT;
	struct experiment *e = load(argv[optind], &status);

	return e ? diagnose(e, kernel, &asked) : status;
}
