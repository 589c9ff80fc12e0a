/*
 * calls: the calls of an end, one an operation, and what their files share. calls_*.c define them;
 * they use what is below (descriptors, sigpipe, socket), and know of no thread but their own.
 */
#ifndef CLOSEWAIT_CALLS_H
#define CLOSEWAIT_CALLS_H

#include "endpoint/state.h"
#include "language/result.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

enum { ALL_EVENTS = POLLIN | POLLPRI | POLLOUT | POLLRDHUP };

/* The operations of an end, each one's call: it gives what the call returned. The deadline is set,
 * and ends a call that waits with EINTR. endpoint_join is declared like the others and defined
 * nowhere: a join makes no call, endpoint_run sees to it. */
typedef void endpoint_operation(
	struct endpoint *endpoint, const struct step *step, struct result *result);
#define OPERATION(id, name, ...) endpoint_operation endpoint_##name;
#define NAMESPACE_OPERATION(...)
#include "language/operations.def"

/* (call_table.c) By enum operation_id; NULL for what is no call of an end: a join and its like, and
 * the operations of the namespace. */
extern endpoint_operation *const endpoint_calls[OPERATION_COUNT];

/* (calls_data.c) Makes a pipe that holds length of the bytes. What it has room for by itself is 16
 * pages; the most that every user may ask for is PIPE_LIMIT (pipe(7), pipe-max-size). Returns 0,
 * or -1 with errno. */
int calls_full_pipe(int end[2], const char *bytes, size_t length);

/* Did a call that connects begin nothing, so that the socket's other end is where it was? It found
 * no descriptor, a connection, one under way, or TCP Fast Open turned off. */
static inline bool result_begins_nothing(const struct result *result)
{
	long error = result->kind == RESULT_ERROR ? result->value : 0;

	return error == EBADF || error == EISCONN || error == EALREADY || error == EOPNOTSUPP;
}

/* What a call returned, -1 with errno as it left it. */
static inline struct result result_of_call(ssize_t returned)
{
	return (struct result){.kind = returned < 0 ? RESULT_ERROR : RESULT_NUMBER,
		.value = returned < 0 ? errno : returned};
}

#endif
