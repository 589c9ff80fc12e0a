/*
 * progress: the line on a terminal that says how many runs are done, for what takes more than a
 * second.
 */
#ifndef CLOSEWAIT_PROGRESS_H
#define CLOSEWAIT_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { PROGRESS_EVERY = 100 }; /* milliseconds between two lines */

struct progress {
	bool terminal;     /* stderr is one: only then is anything shown */
	long total;        /* runs that there are to do */
	atomic_long *done; /* by this process and its children together */
	int64_t began, shown;
};

/* Begins with total runs to do. Returns 0 or the negative errno of mmap(2). */
int progress_start(struct progress *progress, long total);

/* Counts runs, and shows the line when it is time. */
void progress_count(struct progress *progress, long runs);

/* Shows the line when it is time. */
void progress_show(struct progress *progress);

/* Removes the line, before anything else is written. */
void progress_clear(struct progress *progress);

void progress_stop(struct progress *progress);

#endif
