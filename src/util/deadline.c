#include "util/deadline.h"

#include "util/clock.h"
#include "util/disposition.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { AGAIN = 5000000 /* ns */, SIGNAL_OFFSET = 5 /* from SIGRTMIN */ };

static _Thread_local timer_t timer;
static _Thread_local int setups;  /* that were not undone yet */
static _Thread_local pid_t owner; /* whose they are: fork(2) copies both, but not the timer */
static _Thread_local int64_t armed = INT64_MAX;
static _Thread_local volatile sig_atomic_t passed, in_call, stopped = 1;

static volatile sig_atomic_t cut_short; /* the process's */
static struct disposition disposition;  /* of the signal */

static void on_deadline(int signal)
{
	static const struct itimerspec never;

	(void)signal;
	passed = 1;
	if (!in_call && !stopped) {
		/* No call to interrupt: the timer must not go on waking an idle process. */
		timer_settime(timer, 0, &never, NULL);
		stopped = 1;
	}
}

static int create_timer(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + SIGNAL_OFFSET};
	sigset_t signal;

	event._sigev_un._tid = gettid();
	sigemptyset(&signal);
	sigaddset(&signal, event.sigev_signo);
	pthread_sigmask(SIG_UNBLOCK, &signal, NULL);
	return timer_create(CLOCK_MONOTONIC, &event, &timer) ? -errno : 0;
}

static int first_setup(void)
{
	int status = disposition_hold(&disposition, SIGRTMIN + SIGNAL_OFFSET, on_deadline);

	if (status)
		return status;
	status = create_timer();
	if (status)
		disposition_release(&disposition, SIGRTMIN + SIGNAL_OFFSET);
	owner = gettid();
	armed = INT64_MAX;
	passed = 0;
	return status;
}

int deadline_setup(void)
{
	if (owner != gettid())
		setups = 0;
	int status = setups ? 0 : first_setup();

	setups += !status;
	return status;
}

void deadline_teardown(void)
{
	if (--setups)
		return;
	stopped = 1;
	timer_delete(timer);
	disposition_release(&disposition, SIGRTMIN + SIGNAL_OFFSET);
}

static void arm_now(void)
{
	static const struct itimerspec now = {{0, AGAIN}, {0, 1}};

	stopped = 0;
	timer_settime(timer, 0, &now, NULL);
}

void deadline_begin(int64_t deadline)
{
	struct itimerspec when = {0};

	in_call = 1;
	if (deadline == armed && !stopped && !cut_short)
		return;
	if (deadline != INT64_MAX) {
		when.it_value = clock_timespec(deadline);
		when.it_interval.tv_nsec = AGAIN;
	}
	passed = stopped = 0;
	armed = deadline;
	timer_settime(timer, TIMER_ABSTIME, &when, NULL);
	if (cut_short)
		arm_now();
}

void deadline_cut_short(void)
{
	cut_short = 1;
	if (in_call)
		arm_now();
}

int64_t deadline_current(void)
{
	return armed;
}

void deadline_end(void)
{
	in_call = 0;
}

void deadline_rest(void)
{
	static const struct itimerspec never;

	in_call = 0;
	timer_settime(timer, 0, &never, NULL);
	stopped = 1;
}

bool deadline_passed(void)
{
	return passed;
}

void deadline_expire(pthread_t thread)
{
	pthread_kill(thread, SIGRTMIN + SIGNAL_OFFSET);
}
