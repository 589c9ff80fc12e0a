/*
 * rule_table: by which rule an operation is predicted.
 */
#include "model/rules.h"

#define OPERATION(id, name, rule, ...) [OP_##id] = model_##rule,
#define NAMESPACE_OPERATION OPERATION

model_operation *const model_rules[OPERATION_COUNT] = {
#include "language/operations.def"
};
