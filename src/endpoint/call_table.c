/*
 * call_table: which call is an operation's.
 */
#include "endpoint/calls.h"

#define OPERATION(id, name, ...) [OP_##id] = endpoint_##name,
#define NAMESPACE_OPERATION(...)
#define endpoint_join NULL /* no call: it waits for the thread that makes one */

endpoint_operation *const endpoint_calls[OPERATION_COUNT] = {
#include "language/operations.def"
};
