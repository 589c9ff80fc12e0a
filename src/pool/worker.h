/*
 * worker: a process with a session of its own that runs one task after another for the process
 * that started it, and ends with that one, however it ends.
 */
#ifndef CLOSEWAIT_WORKER_H
#define CLOSEWAIT_WORKER_H

#include "pool/job.h"

#include <sys/types.h>

enum { NO_TASK = -1 };

struct worker {
	pid_t pid;   /* 0: none */
	int control; /* what its results come by; -1: it was dismissed, or there is none */
	int task;    /* the index of the one that it has been given; NO_TASK: none yet */
};

/* Starts the process, which has copies of work and of all that it points to. The caller must be
 * the only thread of its process. Returns 0 or the negative errno of socketpair(2) or fork(2). */
int worker_start(struct worker *worker, const struct work *work);

/* Gives it the next task, when it has reported. A worker that died is found by worker_take. */
void worker_give(struct worker *worker, int task);

/* Takes the next result; waits until all of it is there. The first one is of the worker's session:
 * the status says whether it was opened, reason why not, text is its notes. Free the text. Returns
 * 0, -EPIPE when the worker died, or -ENOMEM. */
int worker_take(struct worker *worker, struct job_result *result);

/* There is nothing more for it to do: lets it close its session and end. */
void worker_dismiss(struct worker *worker);

/* Waits for its end; one that was not dismissed is killed. Returns false when it did not end by
 * itself, and how says in what way it did. */
bool worker_reap(struct worker *worker, char *how, size_t size);

#endif
