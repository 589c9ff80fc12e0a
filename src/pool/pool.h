/*
 * pool: runs tasks, in the calling process or in several worker processes, and gives their results
 * in the tasks' order.
 *
 * A worker process gets the next task when it has reported on the one before, so that one that
 * waits for a timer does not hold up the others. One that dies is replaced, and the task that it
 * was given is an error.
 */
#ifndef CLOSEWAIT_POOL_H
#define CLOSEWAIT_POOL_H

#include "pool/worker.h"

enum { JOBS_LIMIT = 256 }; /* worker processes */

struct jobs {
	int count; /* processes, up to JOBS_LIMIT; 1: the calling process runs the tasks itself */
	struct work work;
	/* Called for each task in order, as soon as it and all before it are done. After it has
	 * returned false it is not called again, and no other task is begun. */
	bool (*give)(void *context, int task, const struct job_result *result);
	void *context;
	/* Set by pool_run: 0 when all packets are in the session's capture file; otherwise the
	 * negative errno of writing it, -EINTR after an interrupt, -ENODATA when nothing was
	 * captured. */
	int pcap_status;
};

/* Runs the tasks. Messages go to stderr: once for each part that cannot be observed, once when a
 * session or a process could not be had. Returns STATUS_SKIPPED, or STATUS_ENVIRONMENT then: what
 * the tasks gave is in their results. */
enum status pool_run(struct jobs *jobs);

#endif
