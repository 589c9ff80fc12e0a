/*
 * rules: the rules of the operations, by the calls that they are about: opening, closing, sending,
 * receiving, looking and waiting, options (rules_*.c).
 */
#ifndef CLOSEWAIT_RULES_H
#define CLOSEWAIT_RULES_H

#include "model/answer.h"

#define OPERATION(id, name, rule, ...) model_operation model_##rule;
#define NAMESPACE_OPERATION OPERATION
#include "language/operations.def"

/* By enum operation_id. */
extern model_operation *const model_rules[OPERATION_COUNT];

#endif
