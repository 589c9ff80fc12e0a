#include "pool/progress.h"

#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const int64_t nanoseconds_every = PROGRESS_EVERY * 1000000LL, first_after = 1000000000;

int progress_start(struct progress *progress, long total)
{
	void *shared = mmap(NULL, sizeof *progress->done, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return -errno;
	const char *type = getenv("TERM");
	bool dumb = type && !strcmp(type, "dumb"); /* the cursor of such a one cannot go back */

	*progress = (struct progress){.terminal = isatty(STDERR_FILENO) && !dumb,
		.total = total,
		.done = shared,
		.began = clock_read(CLOCK_MONOTONIC)};
	return 0;
}

void progress_count(struct progress *progress, long runs)
{
	atomic_fetch_add(progress->done, runs);
	progress_show(progress);
}

void progress_show(struct progress *progress)
{
	if (!progress->terminal)
		return;
	int64_t now = clock_read(CLOCK_MONOTONIC);

	if (now - progress->began < first_after || now - progress->shown < nanoseconds_every)
		return;
	progress->shown = now;
	fprintf(stderr, "\r%ld/%ld runs\033[K", atomic_load(progress->done), progress->total);
}

void progress_clear(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = 0;
}

void progress_stop(struct progress *progress)
{
	progress_clear(progress);
	munmap(progress->done, sizeof *progress->done);
}
