/*
 * rules: the rules of the operations, by the calls that they are about: opening, closing, sending,
 * receiving, looking and waiting, options (rules_*.c).
 */
#ifndef CLOSEWAIT_RULES_H
#define CLOSEWAIT_RULES_H

#include "model/answer.h"

#define OPERATION(id, name, rule, ...) machine_operation machine_##rule;
#define NAMESPACE_OPERATION OPERATION
#include "language/operations.def"

/* By enum operation_id. */
extern machine_operation *const machine_rules[OPERATION_COUNT];

#endif
