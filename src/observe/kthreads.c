#include "observe/kthreads.h"

#include "util/backoff.h"
#include "util/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum {
	OF_KERNEL = 0x00200000, /* PF_KTHREAD */
	PATIENCE = 100000000,   /* nanoseconds */
	THREADS = 64,           /* that are looked at more than once */
	NAME_SIZE = 64,         /* TASK_COMM_LEN, and the work of a kworker */
};

struct thread {
	char id[16], name[NAME_SIZE];
	char ran[64]; /* its schedstat, which stays the same until it runs */
};

/* The first line of DIRECTORY/ID/FILE; false when there is none. */
static bool read_line(const char *directory, const char *id, const char *file, char *line, int size)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s/%s", directory, id, file);
	FILE *in = fopen(path, "re");
	bool got = in && fgets(line, size, in);

	if (in)
		fclose(in);
	return got;
}

/* Fills in the thread of this id, if it is one of the kernel's that is ready to run (proc(5), of
 * /proc/pid/stat). */
static bool is_ready(const char *directory, const char *id, struct thread *thread)
{
	char line[1024], state;
	unsigned flags;
	int nice;

	if (!read_line(directory, id, "stat", line, sizeof line))
		return false;
	const char *begin = strchr(line, '('), *end = strrchr(line, ')');

	if (!begin || !end ||
		sscanf(end + 1, " %c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %d",
			&state, &flags, &nice) != 3)
		return false;
	snprintf(thread->id, sizeof thread->id, "%s", id);
	snprintf(thread->name, sizeof thread->name, "%.*s", (int)(end - begin - 1), begin + 1);
	return state == 'R' && flags & OF_KERNEL && nice <= 0 &&
	       read_line(directory, id, "schedstat", thread->ran, sizeof thread->ran);
}

static int list_ready(const char *directory, struct thread thread[THREADS])
{
	DIR *all = opendir(directory);
	int count = 0;

	for (struct dirent *entry; all && count < THREADS && (entry = readdir(all));)
		count += isdigit((unsigned char)entry->d_name[0]) &&
			 strlen(entry->d_name) < sizeof thread->id &&
			 is_ready(directory, entry->d_name, &thread[count]);
	if (all)
		closedir(all);
	return count;
}

/* Keeps those that have not run since. */
static int keep_waiting(const char *directory, struct thread *thread, int count)
{
	struct thread now;
	int kept = 0;

	for (int i = 0; i < count; i++)
		if (is_ready(directory, thread[i].id, &now) && !strcmp(now.ran, thread[i].ran))
			thread[kept++] = now;
	return kept;
}

bool kthreads_starved(const char *directory, char *name, size_t size)
{
	struct thread thread[THREADS];
	int64_t end = clock_read(CLOCK_MONOTONIC) + PATIENCE;
	int count = list_ready(directory, thread);
	long backoff = 0;

	while (count && clock_read(CLOCK_MONOTONIC) < end) {
		backoff_wait(-1, 0, &backoff);
		count = keep_waiting(directory, thread, count);
	}
	if (count)
		snprintf(name, size, "%s", thread[0].name);
	return count;
}
