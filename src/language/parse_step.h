/*
 * parse_step: a step with its arguments, and the first expectation behind it.
 */
#ifndef CLOSEWAIT_PARSE_STEP_H
#define CLOSEWAIT_PARSE_STEP_H

#include "language/parser.h"

/* Reads a step, with its first expectation when that stands on the same line. False after a
 * complaint. */
bool parse_step(struct parser *p);

#endif
