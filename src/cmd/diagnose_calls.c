#include "cmd/diagnose_calls.h"

#include "diagnose/diagnosis.h"
#include "diagnose/diagnosis_json.h"
#include "diagnose/reproduce.h"

#include <stdlib.h>

bool diagnose_print_json(json_t *object)
{
	bool printed = object && !json_dumpf(object, stdout, JSON_COMPACT);

	json_decref(object);
	putchar('\n');
	if (!printed)
		message("diagnose: no memory for the output");
	return printed;
}

static void print(const struct causes *causes, const struct diagnose_options *asked)
{
	if (!asked->reproduce)
		diagnosis_print(causes, asked->sheet);
	else if (causes->count)
		reproduce_print(causes->seen, &causes->cause[0].way[0], stdout);
	else
		message("diagnose: nothing explains call %d, so there is nothing to reproduce",
			causes->furthest + 1);
}

/* Finds them; what cannot be is said. */
static enum status find(struct causes *causes, const struct seen *seen, struct witness *witness)
{
	if (!seen->count)
		message("diagnose: expected calls of the client or of the server");
	else if (!model_has(seen->family))
		message("diagnose: %s is not modelled: expected a family of plain TCP, or unix",
			family_name(seen->family));
	else if (causes &&
		 causes_find_judged(causes, seen, witness ? witness_judge : NULL, witness)) {
		causes->witness = witness;
		return causes->count ? STATUS_EXPECTED : STATUS_DEVIATES;
	} else {
		message("diagnose: no memory for the causes");
		return STATUS_ENVIRONMENT;
	}
	return STATUS_MISUSE;
}

static bool were_sought(enum status status)
{
	return status == STATUS_EXPECTED || status == STATUS_DEVIATES;
}

enum status diagnose_calls_json(struct seen *seen, struct witness *witness, json_t **object)
{
	struct causes *causes = malloc(sizeof *causes);
	enum status status = find(causes, seen, witness);

	*object = were_sought(status) ? diagnosis_json(causes) : NULL;
	free(causes);
	seen_free(seen);
	return status;
}

enum status diagnose_calls(
	struct seen *seen, struct witness *witness, const struct diagnose_options *asked)
{
	if (asked->format == OUTPUT_JSON && !asked->reproduce) {
		json_t *object;
		enum status status = diagnose_calls_json(seen, witness, &object);

		if (were_sought(status) && !diagnose_print_json(object))
			return STATUS_ENVIRONMENT;
		return status;
	}
	struct causes *causes = malloc(sizeof *causes);
	enum status status = find(causes, seen, witness);

	if (were_sought(status))
		print(causes, asked);
	free(causes);
	seen_free(seen);
	return status;
}
