#include "deadline.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { AGAIN = 5000000 /* ns */, SIGNAL_OFFSET = 5 /* from SIGRTMIN */ };

static _Thread_local timer_t timer;
static _Thread_local int64_t armed = INT64_MAX;
static _Thread_local volatile sig_atomic_t passed, in_call, stopped;
static struct sigaction action_before;

static void on_deadline(int signal)
{
	static const struct itimerspec never;

	(void)signal;
	passed = 1;
	if (!in_call) {
		/* Nobody to interrupt: do not go on waking an idle process. */
		timer_settime(timer, 0, &never, NULL);
		stopped = 1;
	}
}

int deadline_setup(void)
{
	struct sigaction action = {.sa_handler = on_deadline};
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + SIGNAL_OFFSET};

	event._sigev_un._tid = gettid();
	if (sigaction(event.sigev_signo, &action, &action_before))
		return -errno;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		return -errno;
	armed = INT64_MAX;
	passed = 0;
	return 0;
}

void deadline_teardown(void)
{
	timer_delete(timer);
	sigaction(SIGRTMIN + SIGNAL_OFFSET, &action_before, NULL);
}

void deadline_begin(int64_t deadline)
{
	struct itimerspec when = {0};

	in_call = 1;
	if (deadline == armed && !stopped)
		return;
	if (deadline != INT64_MAX) {
		when.it_value.tv_sec = deadline / 1000000000;
		when.it_value.tv_nsec = deadline % 1000000000;
		when.it_interval.tv_nsec = AGAIN;
	}
	passed = stopped = 0;
	armed = deadline;
	timer_settime(timer, TIMER_ABSTIME, &when, NULL);
}

void deadline_end(void)
{
	in_call = 0;
}

bool deadline_passed(void)
{
	return passed;
}
