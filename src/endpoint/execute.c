#include "endpoint/execute.h"

#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
#include "endpoint/sigpipe.h"
#include "util/clock.h"
#include "util/deadline.h"

void execute_begin(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome)
{
	outcome->result = (struct result){0};
	deadline_begin(deadline);
	if (step->operation->flags & CHANGES_LISTENER && endpoint->fd == endpoint->listen_fd)
		endpoint->listener_dirty = true;
	outcome->begin = clock_now();
}

void execute_call(struct endpoint *endpoint, const struct step *step, struct outcome *outcome)
{
	endpoint_calls[step->operation->id](endpoint, step, &outcome->result);
}

static struct result timeout_of(const struct endpoint *endpoint)
{
	int state = endpoint_tcp_state(endpoint);

	return (struct result){.kind = RESULT_TIMEOUT, .value = state > 0 ? state : 0};
}

/* Past the deadline a count may be partial and an EINTR the timer's: only the timeout is sure. An
 * await has looked once more by itself. */
static void time_out(const struct endpoint *endpoint, struct result *result)
{
	bool looked =
		result->kind == RESULT_DONE || (result->kind == RESULT_TIMEOUT && result->value);

	if (!looked)
		*result = timeout_of(endpoint);
}

void execute_end(struct endpoint *endpoint, struct outcome *outcome)
{
	outcome->end = clock_now();
	if (deadline_passed())
		time_out(endpoint, &outcome->result);
	int signal = endpoint->sigpipe != SIGPIPE_IGNORED ? sigpipe_take() : 0;

	if (signal)
		outcome->result.signal = signal;
	deadline_end();
}

void execute_step(struct endpoint *endpoint, const struct step *step, int64_t deadline,
	struct outcome *outcome)
{
	execute_begin(endpoint, step, deadline, outcome);
	execute_call(endpoint, step, outcome);
	execute_end(endpoint, outcome);
}
