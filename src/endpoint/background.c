#include "endpoint/background.h"

#include "endpoint/calls.h"
#include "endpoint/descriptors.h"
#include "endpoint/execute.h"
#include "endpoint/socket.h"
#include "endpoint/uring.h"
#include "util/backoff.h"
#include "util/clock.h"
#include "util/deadline.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct background {
	pthread_t thread;
	struct endpoint endpoint; /* as the thread sees it: a copy */
	struct step step;
	int64_t deadline; /* of who started it */
	struct outcome outcome;
	int status;        /* of the thread's setup: 0 or a negative errno; good once done is set */
	_Atomic pid_t tid; /* set once the thread can sleep in the call only */
	atomic_bool done;
	sem_t over;       /* posted after that */
	_Atomic int ring; /* of a call by io_uring; -1: it is over, or another */
	int stat; /* the thread's /proc/TID/stat, or -1: open from the start, so that no descriptor
		     that the call was made on, and that is closed, is taken for it */
};

static void *run(void *argument)
{
	struct background *b = argument;

	b->status = deadline_setup();
	if (!b->status) {
		atomic_store(&b->tid, gettid());
		execute_step(&b->endpoint, &b->step, b->deadline, &b->outcome);
		deadline_teardown();
	}
	atomic_store(&b->done, true);
	sem_post(&b->over);
	return NULL;
}

/* The thread blocks all signals but its deadline's: those of the process are the main thread's, and
 * a SIGPIPE of its own stays pending until sigpipe_take, whatever the main thread does with SIGPIPE
 * meanwhile. */
static int create(struct background *b, const struct endpoint *e, const struct step *step)
{
	sigset_t all, before;

	*b = (struct background){
		.endpoint = *e, .step = *step, .deadline = deadline_current(), .stat = -1};
	b->endpoint.in_background = true;
	atomic_init(&b->ring, -1);
	b->endpoint.ring = &b->ring;
	b->endpoint.strangers = 0;
	b->endpoint.accepted = false;
	b->step.background = false;

	sem_init(&b->over, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&b->thread, NULL, run, b);

	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

static struct timespec in(int64_t ns)
{
	return clock_timespec(clock_read(CLOCK_MONOTONIC) + ns);
}

/* Waits for the end of the thread's call. Its own deadline ends that, or the caller's does when it
 * was cut short. The thread's own end is at once, but from 6.15 to 6.18 if its ring had a worker
 * for calls on what is no file: io_wq_exit_workers() wakes none of that kind, and the thread sleeps
 * in do_exit() until the worker has been idle for 5 s (751eedc4b4b7, io_wq_for_each_worker(), not
 * seen on 6.18.15). That is no part of the call, and nobody has to wait for it. */
static void wait_until_over(struct background *b)
{
	const int64_t at_once = 100000000; /* ns */
	struct timespec soon;

	while (sem_wait(&b->over) && errno == EINTR)
		if (deadline_passed())
			deadline_expire(b->thread);
	soon = in(at_once);
	if (pthread_clockjoin_np(b->thread, NULL, CLOCK_MONOTONIC, &soon))
		pthread_detach(b->thread);
}

static int open_stat(pid_t tid)
{
	char path[64];

	/* Not below /proc/self/task: those directory entries hang below the process's own, and
	 * whoever reaps the process then spins in shrink_dcache_parent(), for seconds on a busy
	 * processor, until the ending thread has dropped them. */
	snprintf(path, sizeof path, "/proc/%d/stat", (int)tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Does the kernel show the thread asleep in a call that a signal would end? 1, 0 or a negative
 * errno. */
static int sleeps(struct background *b, pid_t tid)
{
	char text[256], *name_end;

	if (b->stat < 0)
		b->stat = open_stat(tid);
	if (b->stat < 0)
		/* It has ended, before its folder was looked up or after (proc_pid_permission()).
		 */
		return errno == ENOENT || errno == ESRCH ? 0 : -errno;
	ssize_t n = pread(b->stat, text, sizeof text - 1, 0);

	if (n < 0)
		return errno == ESRCH ? 0 : -errno;
	text[n] = '\0';
	name_end = strrchr(text, ')');
	return name_end && !strncmp(name_end, ") S", 3);
}

/* Waits until the call is over or sleeps. */
static int wait_until_blocked(struct background *b)
{
	long backoff = 0;

	while (!atomic_load(&b->done) && !deadline_passed()) {
		pid_t tid = atomic_load(&b->tid);
		int status = tid ? sleeps(b, tid) : 0;

		if (status)
			return status < 0 ? status : 0;
		backoff_wait(-1, 0, &backoff);
	}
	return atomic_load(&b->done) ? b->status : 0;
}

int background_settle(struct endpoint *e)
{
	backoff_run_softirqs();
	return wait_until_blocked(e->background);
}

int background_start(struct endpoint *e, const struct step *step)
{
	if (e->background)
		return -EBUSY;
	struct background *b = calloc(1, sizeof *b);

	if (!b)
		return -ENOMEM;
	int status = create(b, e, step);

	if (status) {
		free(b);
		return status;
	}
	e->background = b;
	status = wait_until_blocked(b);
	if (status) {
		background_end(e);
		return status;
	}
	if (step->operation->id == OP_CLOSE)
		descriptors_closed(e);
	if (step_connects(step))
		descriptors_connecting(e); /* the server's accept asks for it */
	return 0;
}

/* Did the thread accept a connection? It is the copy's then, even when the deadline had passed. */
static bool has_accepted(const struct background *b)
{
	return step_accepts(&b->step) && b->endpoint.accepted;
}

static void forget(struct endpoint *e)
{
	sem_destroy(&e->background->over);
	if (e->background->stat >= 0)
		close(e->background->stat);
	free(e->background);
	e->background = NULL;
}

/* Takes over the accepted connection, unless it is another process's that was faster than the
 * client. */
static void take_accepted(struct endpoint *e, const struct background *b, struct result *result)
{
	if (!descriptors_is_stranger(e, b->endpoint.fd, &b->endpoint.remote)) {
		descriptors_accepted(e, b->endpoint.fd, &b->endpoint.remote);
		return;
	}
	descriptors_refuse_stranger(e, b->endpoint.fd);
	errno = ECONNABORTED;
	*result = result_of_call(-1);
}

void background_join(struct endpoint *e, struct result *result)
{
	struct background *b = e->background;

	errno = EINVAL;
	*result = result_of_call(-1);
	if (!b)
		return;
	wait_until_over(b);
	*result = b->outcome.result;
	e->strangers += b->endpoint.strangers;
	if (has_accepted(b))
		take_accepted(e, b, result);
	forget(e);
}

void background_sleeps(struct endpoint *e, struct result *result)
{
	int status = e->background ? background_settle(e) : 0;

	*result = (struct result){.kind = status ? RESULT_FAILED : RESULT_NUMBER,
		.value = status ? -status : e->background && !atomic_load(&e->background->done)};
}

void background_cancel(const struct endpoint *e, struct result *result)
{
	int ring = e->background ? atomic_load(&e->background->ring) : -1;

	if (ring >= 0)
		uring_cancel(ring, result);
	else /* as of a ring without such a request */
		*result = (struct result){.kind = RESULT_ERROR, .value = ENOENT};
}

/* What the thread's call did to the endpoint, of which it had a copy. */
static void take_over(struct endpoint *e, const struct background *b, struct result *result)
{
	bool made = result->kind == RESULT_NUMBER || result->kind == RESULT_ERROR;

	e->strangers += b->endpoint.strangers;
	if (has_accepted(b))
		take_accepted(e, b, result);
	if (step_connects(&b->step) && made && !result_begins_nothing(result))
		descriptors_connecting(e);
	if (b->step.operation->id == OP_URING_CLOSE && made)
		descriptors_closed(e);
}

void background_run(struct endpoint *e, const struct step *step, struct result *result)
{
	struct background b;
	int status = create(&b, e, step);

	if (!status) {
		wait_until_over(&b);
		status = b.status;
	}
	sem_destroy(&b.over);
	*result = b.outcome.result;
	if (status)
		*result = (struct result){.kind = RESULT_FAILED, .value = -status};
	else
		take_over(e, &b, result);
}

void background_end(struct endpoint *e)
{
	static const int64_t again = 5000000; /* ns */
	struct background *b = e->background;
	struct timespec soon;

	if (!b)
		return;
	do {
		/* A call that is entered just after the signal is ended by the next one. */
		deadline_expire(b->thread);
		soon = in(again);
	} while (pthread_clockjoin_np(b->thread, NULL, CLOCK_MONOTONIC, &soon));
	e->strangers += b->endpoint.strangers;
	if (has_accepted(b))
		socket_abort(b->endpoint.fd);
	forget(e);
}
