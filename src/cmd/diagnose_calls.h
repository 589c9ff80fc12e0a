/*
 * diagnose_calls: a diagnosis of the calls of one end.
 */
#ifndef CLOSEWAIT_DIAGNOSE_CALLS_H
#define CLOSEWAIT_DIAGNOSE_CALLS_H

#include "cmd/output_format.h"
#include "diagnose/seen.h"
#include "diagnose/sheet.h"
#include "diagnose/witness.h"
#include "util/message.h"

#include <jansson.h>
#include <stdbool.h>

enum { DIAGNOSED = 10 }; /* of a log, connections that are diagnosed; the others are listed */

struct diagnose_options {
	bool reproduce;
	enum output_format format;
	struct sheet *sheet; /* that what is said is written on, unless it is JSON */
	const char *noun;    /* what the numbers of a log count: "line", "event" */
	const char *capture; /* of the same connections; NULL: there is none */
};

/* Writes which causes explain the calls in seen, which it frees; witness are the packets beside
 * them, or NULL. Returns STATUS_EXPECTED, STATUS_DEVIATES when nothing does, STATUS_MISUSE when
 * there is nothing that could be explained, or STATUS_ENVIRONMENT without memory. */
enum status diagnose_calls(
	struct seen *seen, struct witness *witness, const struct diagnose_options *asked);

/* The same as an object, for json_decref(); NULL when there is none. */
enum status diagnose_calls_json(struct seen *seen, struct witness *witness, json_t **object);

/* Prints the object, which it frees, with a newline; false, after a message, without memory. */
bool diagnose_print_json(json_t *object);

#endif
