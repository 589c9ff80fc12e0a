/*
 * Readiness and state: looking at them, and waiting for them.
 */
#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
#include "endpoint/stack.h"
#include "util/backoff.h"
#include "util/deadline.h"

#include <sys/epoll.h>
#include <sys/select.h>

void endpoint_poll(struct endpoint *e, const struct step *step, struct result *result)
{
	struct pollfd p = {
		.fd = e->fd, .events = (short)(step->word_count ? step->number[0] : ALL_EVENTS)};
	int ready = poll(&p, 1, e->in_background ? -1 : 0);

	*result = result_of_call(ready);
	if (ready >= 0)
		*result = (struct result){.kind = RESULT_EVENTS, .value = p.revents};
}

void endpoint_select(struct endpoint *e, const struct step *step, struct result *result)
{
	fd_set set[3];
	long asked = step_value(step, ARGUMENT_SETS, 7), sets = 0;

	errno = EBADF;
	if (e->fd >= FD_SETSIZE) { /* closed, or too large for an fd_set */
		*result = result_of_call(-1);
		return;
	}
	for (int i = 0; i < 3; i++) {
		FD_ZERO(&set[i]);
		if (asked >> i & 1)
			FD_SET(e->fd, &set[i]);
	}
	int ready = select(e->fd + 1, &set[0], &set[1], &set[2],
		e->in_background ? NULL : &(struct timeval){0});

	*result = result_of_call(ready);
	if (ready < 0)
		return;
	for (int i = 0; i < 3; i++)
		sets |= FD_ISSET(e->fd, &set[i]) ? 1L << i : 0;
	*result = (struct result){.kind = RESULT_SETS, .value = sets};
}

void endpoint_epoll_ctl(struct endpoint *e, const struct step *step, struct result *result)
{
	struct epoll_event event = {
		.events = step->word_count > 1 ? (uint32_t)step->number[1] : ALL_EVENTS};

	if (e->epoll < 0)
		e->epoll = epoll_create1(EPOLL_CLOEXEC);
	*result = result_of_call(
		e->epoll < 0 ? -1 : epoll_ctl(e->epoll, (int)step->number[0], e->fd, &event));
}

void endpoint_epoll_wait(struct endpoint *e, const struct step *step, struct result *result)
{
	struct epoll_event event = {0};

	/* A state can be seen a moment before ep_poll_callback() tells of it. */
	if (!e->in_background)
		backoff_run_softirqs();
	int ready = epoll_wait(e->epoll, &event, 1, e->in_background ? -1 : 0);

	(void)step;
	*result = result_of_call(ready);
	if (ready >= 0)
		*result = (struct result){
			.kind = RESULT_EPOLL, .value = ready ? (long)event.events : 0};
}

void endpoint_state(struct endpoint *e, const struct step *step, struct result *result)
{
	int state = endpoint_tcp_state(e);

	(void)step;
	*result = (struct result){.kind = state < 0 ? RESULT_FAILED
					  : state   ? RESULT_STATE
						    : RESULT_NONE,
		.value = state < 0 ? -state : state};
}

/* Waits for an event not seen before, or for a pause: some changes of state (FIN_WAIT1 to
 * FIN_WAIT2, all of a closed socket) wake no poll(2) and have to be looked for. */
static void wait_for_change(const struct endpoint *e, short *seen, long *backoff)
{
	bool closed = e->fd == CLOSED_DESCRIPTOR || *seen & (POLLERR | POLLHUP | POLLNVAL);
	short unseen = (short)(ALL_EVENTS & ~*seen);

	*seen = (short)(*seen | backoff_wait(closed ? -1 : e->fd, unseen, backoff));
}

/* What the socket shows now, as a state or as events, whichever is awaited. */
static void look(struct endpoint *e, const struct step *step, struct result *now)
{
	const struct step events = {.number = {stack_events(step->number[0])}, .word_count = 1};

	switch (step->target) {
	case TARGET_EVENTS:
		endpoint_poll(e, &events, now);
		break;
	case TARGET_STATE:
		endpoint_state(e, step, now);
		break;
	case TARGET_INQ:
		endpoint_inq(e, step, now);
		break;
	case TARGET_OUTQ:
		endpoint_outq(e, step, now);
		break;
	}
}

/* Is what is awaited there? Then, or when it cannot be looked for, result is the step's; otherwise
 * it is that of a timeout now. */
static bool arrived(struct endpoint *e, const struct step *step, struct result *result)
{
	long wanted =
		step->target == TARGET_EVENTS ? stack_events(step->number[0]) : step->number[0];
	struct result now = {0};

	look(e, step, &now);
	if (now.kind == RESULT_ERROR || now.kind == RESULT_FAILED || now.kind == RESULT_NONE) {
		*result = now;
		return true;
	}
	bool there = step->target == TARGET_EVENTS ? (now.value & wanted) == wanted
						   : now.value == wanted;

	*result = (struct result){.kind = there ? RESULT_DONE : RESULT_TIMEOUT};
	if (!there && step->target == TARGET_STATE)
		result->value = now.value;
	return there;
}

void endpoint_await(struct endpoint *e, const struct step *step, struct result *result)
{
	short seen = 0;
	long backoff = 0;

	bool there;

	while (!(there = arrived(e, step, result)) && !deadline_passed())
		wait_for_change(e, &seen, &backoff);
	/* It may have come while this process was stopped, and the deadline passed. */
	if (!there)
		arrived(e, step, result);
	/* tcp_done_with_error(), and before 6.11 tcp_reset() and tcp_write_err(), store the error
	 * that tcp_poll() shows and only then set the state: what runs there has to be over. Seen
	 * once beside two compilers: POLLERR, and ESTABLISHED behind it. */
	if (step->target == TARGET_EVENTS && step->number[0] & POLLERR)
		backoff_run_softirqs();
}
