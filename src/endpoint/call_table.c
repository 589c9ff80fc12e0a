/*
 * call_table: which call is an operation's.
 */
#include "endpoint/calls.h"

#define OPERATION(id, name, ...) [OP_##id] = endpoint_##name,
#define NAMESPACE_OPERATION(...)
/* no calls: they are about the thread that makes one */
#define endpoint_join NULL
#define endpoint_uring_cancel NULL
#define endpoint_sleeps NULL

endpoint_operation *const endpoint_calls[OPERATION_COUNT] = {
#include "language/operations.def"
};
