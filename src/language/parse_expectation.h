/*
 * parse_expectation: the result that is expected of a step, and where it holds.
 */
#ifndef CLOSEWAIT_PARSE_EXPECTATION_H
#define CLOSEWAIT_PARSE_EXPECTATION_H

#include "language/parser.h"

/* Reads the name of a family, and adds it to families. False after a complaint, as the next two. */
bool parse_family(struct parser *p, unsigned *families);

/* Reads "@ FAMILY... [since VERSION...] [before VERSION...]" to the end of the line, if an '@'
 * stands next. */
bool parse_guard(struct parser *p, struct guard *guard);

/* Reads "= RESULT [@ GUARD]" as a further expectation of the step. */
bool parse_expectation(struct parser *p, struct script_step *entry);

#endif
