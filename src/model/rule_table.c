/*
 * rule_table: by which rule an operation is predicted.
 */
#include "model/rules.h"

#define OPERATION(id, name, rule, ...) [OP_##id] = machine_##rule,
#define NAMESPACE_OPERATION OPERATION

machine_operation *const machine_rules[OPERATION_COUNT] = {
#include "language/operations.def"
};
