/*
 * calls: what the files behind endpoint.h share.
 */
#ifndef CLOSEWAIT_CALLS_H
#define CLOSEWAIT_CALLS_H

#include "endpoint/endpoint.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

enum { BACKLOG = 16, ALL_EVENTS = POLLIN | POLLPRI | POLLOUT | POLLRDHUP };

/* The operations of an end, each one's call: it gives what the call returned. The deadline is set,
 * and ends a call that waits with EINTR. */
typedef void endpoint_operation(
	struct endpoint *endpoint, const struct step *step, struct result *result);
#define OPERATION(id, name, ...) endpoint_operation endpoint_##name;
#define NAMESPACE_OPERATION(...)
#include "language/operations.def"

/* By enum operation_id; NULL for an operation of the namespace. */
extern endpoint_operation *const endpoint_calls[OPERATION_COUNT];

/* What is written (zeroes) and where what is read goes: nobody looks at it. */
extern char payload[LENGTH_LIMIT];

/* What a call returned, -1 with errno as it left it. */
static inline void give(struct result *result, ssize_t returned)
{
	*result = (struct result){.kind = returned < 0 ? RESULT_ERROR : RESULT_NUMBER,
		.value = returned < 0 ? errno : returned};
}

/* (endpoint.c) Closes a connection at once, without FIN_WAIT or TIME_WAIT left behind. */
void abort_connection(int fd);

/* (calls_connection.c) fd was closed: the last duplicate takes its place. */
void descriptor_closed(struct endpoint *endpoint);

/* (calls_connection.c) fd is the connection from now on, in place of the listening socket. */
void connection_accepted(struct endpoint *endpoint, int fd);

/* (calls_connection.c) Looks up the local address, which a call of connect(2) that still blocks has
 * chosen, too. */
void learn_local(struct endpoint *endpoint);

/* (calls_option.c) What this thread does with SIGPIPE: mode is a value of sigpipe_modes. */
void sigpipe_set(struct endpoint *endpoint, long mode);

/* (calls_option.c) Which signal did the step raise? send(2)'s SIGPIPE is sent to the calling thread
 * before it returns. SIGPIPE or 0. */
int sigpipe_take(void);

#endif
