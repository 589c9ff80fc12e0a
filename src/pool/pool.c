#include "pool/pool.h"

#include "util/deadline.h"
#include "util/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* What was told of the parts that cannot be observed, a line for each. */
struct notes {
	char told[sizeof((struct session *)NULL)->notes];
};

/* Where a result waits until all before it are there. */
struct slot {
	bool done;
	struct job_result result;
};

struct pool {
	struct jobs *jobs;
	enum status status;
	int worker_count;
	struct worker worker[JOBS_LIMIT];
	sigset_t mask;     /* to wait with */
	bool told;         /* the workers know of the interrupt */
	int handed, given; /* tasks: to a worker; their results to the caller */
	bool enough;       /* the caller wants no more of them */
	struct slot *slot; /* one a task */
	struct notes notes;
};

/* Has the part that line is about, the words before its colon, been told of? */
static bool told(const struct notes *notes, const char *line)
{
	size_t part = strcspn(line, ":");

	for (const char *at = notes->told; *at; at += strcspn(at, "\n") + 1)
		if (strcspn(at, ":") == part && !strncmp(at, line, part))
			return true;
	return false;
}

/* A line for each part that was asked for and cannot be observed, whichever session it is in: the
 * reasons may differ in a number. */
static void tell_notes(struct notes *notes, const char *text)
{
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
		int length = (int)strcspn(at, "\n");
		size_t used = strlen(notes->told);

		if (told(notes, at))
			continue;
		snprintf(notes->told + used, sizeof notes->told - used, "%.*s\n", length, at);
		message("%.*s", length, at);
	}
}

static enum status run_here(struct jobs *jobs)
{
	const struct work *work = &jobs->work;
	struct session session;
	struct notes notes = {""};
	char why[REASON_LIMIT];

	jobs->pcap_status = -ENODATA;
	if (session_open(&session, &work->session, why, sizeof why)) {
		message("%s", why);
		return STATUS_ENVIRONMENT;
	}
	tell_notes(&notes, session.notes);
	for (int i = 0, more = true; more && i < work->count; i++) {
		struct job_result result = work->run(work, i, &session);

		deadline_rest(); /* of the last run: whoever reads the result may be slow */
		more = jobs->give(jobs->context, i, &result) && !interrupted();
		free(result.text);
	}
	bool observed = session.capture;
	int written = session_close(&session);

	jobs->pcap_status = interrupted() ? -EINTR : observed ? written : -ENODATA;
	return STATUS_SKIPPED;
}

/* A failure is reported once: the next worker's reason is hardly a different one. */
static void fail(struct pool *pool, const char *what, const char *why)
{
	if (pool->status != STATUS_ENVIRONMENT)
		message("%s%s", what, why);
	pool->status = STATUS_ENVIRONMENT;
}

static void start(struct pool *pool, struct worker *worker)
{
	int status = worker_start(worker, &pool->jobs->work);

	if (status)
		fail(pool, "cannot start a worker process: ", strerror(-status));
}

/* Keeps the result, and gives the caller what is next in order. */
static void finish(struct pool *pool, int task, const struct job_result *result)
{
	struct jobs *jobs = pool->jobs;

	pool->slot[task] = (struct slot){true, *result};
	for (; pool->given < pool->handed && pool->slot[pool->given].done; pool->given++) {
		struct job_result *next = &pool->slot[pool->given].result;

		if (!pool->enough)
			pool->enough = !jobs->give(jobs->context, pool->given, next);
		free(next->text);
	}
}

/* Is there another task to hand out? */
static bool more_to_do(const struct pool *pool)
{
	return !pool->enough && !interrupted() && pool->handed < pool->jobs->work.count;
}

static void hand_out(struct pool *pool, struct worker *worker)
{
	if (more_to_do(pool))
		worker_give(worker, pool->handed++);
	else
		worker_dismiss(worker);
}

/* The worker is ready for its first task, or has no session and ends. */
static void opened(struct pool *pool, struct worker *worker, struct job_result *result)
{
	tell_notes(&pool->notes, result->text);
	free(result->text);
	if (result->status == STATUS_EXPECTED) {
		hand_out(pool, worker);
		return;
	}
	fail(pool, "", result->reason);
	worker_dismiss(worker);
}

/* A worker died: its task is an error and another one takes its place. One that died before its
 * first task is not replaced: the next would die there, too. */
static void lost(struct pool *pool, struct worker *worker, int status)
{
	const struct work *work = &pool->jobs->work;
	int task = worker->task;
	char how[64], reason[REASON_LIMIT] = "no memory for the worker process's report";

	worker_reap(worker, how, sizeof how);
	if (status != -ENOMEM)
		snprintf(reason, sizeof reason, "the worker process %s", how);
	if (task == NO_TASK) {
		fail(pool, "cannot open a session: ", reason);
		return;
	}
	struct job_result result = work->lost(work, task, reason);

	finish(pool, task, &result);
	if (more_to_do(pool))
		start(pool, worker);
}

static void serve(struct pool *pool, struct worker *worker)
{
	struct job_result result;
	int status = worker_take(worker, &result);

	if (status)
		lost(pool, worker, status);
	else if (worker->task == NO_TASK)
		opened(pool, worker, &result);
	else {
		finish(pool, worker->task, &result);
		hand_out(pool, worker);
	}
}

/* Those that will give a result, and what to wait for. Only those: poll(2) takes no more than the
 * limit of descriptors allows. */
static nfds_t waiting_for(struct pool *pool, struct pollfd *from, struct worker **worker)
{
	nfds_t count = 0;

	for (int i = 0; i < pool->worker_count; i++)
		if (pool->worker[i].control >= 0) {
			worker[count] = &pool->worker[i];
			from[count] =
				(struct pollfd){.fd = worker[count]->control, .events = POLLIN};
			count++;
		}
	return count;
}

/* Lets the workers finish their current tasks. */
static void tell_workers(struct pool *pool)
{
	for (int i = 0; i < pool->worker_count && !pool->told; i++)
		if (pool->worker[i].control >= 0)
			kill(pool->worker[i].pid, SIGTERM);
	pool->told = true;
}

/* Waits until a worker has something to say. False when none is left that could. */
static bool serve_next(struct pool *pool)
{
	struct progress *progress = pool->jobs->work.progress;
	struct pollfd from[JOBS_LIMIT];
	struct worker *worker[JOBS_LIMIT];
	nfds_t count = waiting_for(pool, from, worker);
	const struct timespec every = {.tv_nsec = PROGRESS_EVERY * 1000000L};

	if (interrupted())
		tell_workers(pool);
	int ready = count ? ppoll(from, count, progress->terminal ? &every : NULL, &pool->mask) : 0;

	if (ready < 0 && errno != EINTR) {
		fail(pool, "cannot wait for the worker processes: ", strerror(errno));
		return false;
	}
	for (nfds_t i = 0; ready > 0 && i < count; i++)
		if (from[i].revents)
			serve(pool, worker[i]);
	progress_show(progress);
	return count;
}

static void reap_all(struct pool *pool)
{
	char how[64];

	for (int i = 0; i < pool->worker_count; i++)
		if (pool->worker[i].pid && !worker_reap(&pool->worker[i], how, sizeof how))
			fail(pool, "a worker process that had nothing more to do ", how);
}

static enum status run_in_workers(struct jobs *jobs, int count)
{
	struct pool pool = {.jobs = jobs, .status = STATUS_SKIPPED, .worker_count = count};

	pool.slot = calloc((size_t)jobs->work.count, sizeof *pool.slot);
	if (!pool.slot) {
		message("no memory for the reports");
		return STATUS_ENVIRONMENT;
	}
	interrupt_hold(&pool.mask);
	for (int i = 0; i < count; i++)
		start(&pool, &pool.worker[i]);
	while (serve_next(&pool))
		;
	reap_all(&pool);
	interrupt_release(&pool.mask);
	if (pool.given && !pool.enough && !interrupted() && pool.given < jobs->work.count)
		message("%d of %d traces are missing: no worker process is left",
			jobs->work.count - pool.given, jobs->work.count);
	free(pool.slot);
	return pool.status;
}

enum status pool_run(struct jobs *jobs)
{
	int tasks = jobs->work.count, count = jobs->count < tasks ? jobs->count : tasks;

	interrupt_catch();
	return count > 1 ? run_in_workers(jobs, count) : run_here(jobs);
}
