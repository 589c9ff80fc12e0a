#include "cmd/diagnose_calls.h"

#include "diagnose/diagnosis.h"
#include "diagnose/reproduce.h"

#include <stdlib.h>

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

enum status diagnose_calls(struct seen *seen, const struct diagnose_options *asked)
{
	struct causes *causes = malloc(sizeof *causes);
	enum status status = STATUS_MISUSE;

	if (!causes) {
		message("diagnose: no memory for the causes");
		status = STATUS_ENVIRONMENT;
	} else if (!seen->count)
		message("diagnose: expected calls of the client or of the server");
	else if (!family_is_tcp(seen->family))
		message("diagnose: %s is not modelled: expected a family of plain TCP",
			family_name(seen->family));
	else if (causes_find(causes, seen))
		status = print(causes, asked);
	else {
		message("diagnose: no memory for the causes");
		status = STATUS_ENVIRONMENT;
	}
	free(causes);
	seen_free(seen);
	return status;
}
