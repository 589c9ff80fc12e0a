#include "strace/processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* gcc 12's analyzer loses the table that owns each process */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static size_t bucket_of(long pid)
{
	return (size_t)pid % PROCESS_BUCKETS;
}

struct process *processes_known(const struct processes *processes, long pid)
{
	struct process *process = processes->bucket[bucket_of(pid)];

	while (process && process->pid != pid)
		process = process->next;
	return process;
}

static void put(struct processes *processes, struct process *process)
{
	struct process **bucket = &processes->bucket[bucket_of(process->pid)];

	process->next = *bucket;
	*bucket = process;
}

static void take_out(struct processes *processes, const struct process *process)
{
	struct process **at = &processes->bucket[bucket_of(process->pid)];

	while (*at != process)
		at = &(*at)->next;
	*at = process->next;
}

static void free_descriptors(struct descriptors *descriptors)
{
	if (!descriptors || descriptors->users)
		return;
	free((void *)descriptors->at);
	free(descriptors);
}

/* Takes descriptors, which may be NULL: then there was no memory for them. */
static struct process *add(struct processes *processes, long pid, struct descriptors *descriptors)
{
	struct process *process = descriptors ? calloc(1, sizeof *process) : NULL;

	if (!process) {
		free_descriptors(descriptors);
		processes->exhausted = true;
		return NULL;
	}
	*process = (struct process){.pid = pid, .descriptors = descriptors};
	descriptors->users++;
	processes->count++;
	put(processes, process);
	return process;
}

struct process *processes_find(struct processes *processes, long pid)
{
	struct process *process = processes_known(processes, pid);

	if (process || processes->count == PROCESS_LIMIT)
		return process;
	return add(processes, pid, calloc(1, sizeof(struct descriptors)));
}

static struct descriptors *copy(const struct descriptors *from, void (*take)(void *what))
{
	struct descriptors *to = calloc(1, sizeof *to);

	if (!to)
		return NULL;
	to->at = calloc((size_t)from->room + 1, sizeof *to->at);
	if (!to->at) {
		free(to);
		return NULL;
	}
	to->room = from->room;
	for (int i = 0; i < from->room; i++)
		if (from->at[i]) {
			to->at[i] = from->at[i];
			take(to->at[i]);
		}
	return to;
}

struct process *processes_fork(struct processes *processes, struct process *parent, long child,
	bool shares, void (*take)(void *what))
{
	struct process *process = processes_known(processes, child);

	if (process || processes->count == PROCESS_LIMIT)
		return process;
	return add(
		processes, child, shares ? parent->descriptors : copy(parent->descriptors, take));
}

static void drop(struct process *process, void (*leave)(void *what, void *context), void *context)
{
	struct descriptors *descriptors = process->descriptors;

	free(process->arguments);
	free(process);
	if (--descriptors->users)
		return;
	for (int i = 0; i < descriptors->room; i++)
		if (descriptors->at[i])
			leave(descriptors->at[i], context);
	free_descriptors(descriptors);
}

void processes_end(struct processes *processes, struct process *process,
	void (*leave)(void *what, void *context), void *context)
{
	take_out(processes, process);
	processes->count--;
	drop(process, leave, context);
}

void processes_name(struct processes *processes, struct process *process, long pid)
{
	take_out(processes, process);
	process->pid = pid;
	put(processes, process);
}

struct process *processes_only(const struct processes *processes,
	bool (*holds)(const struct process *process, const void *context), const void *context)
{
	struct process *only = NULL;

	for (int i = 0; i < PROCESS_BUCKETS; i++)
		for (struct process *p = processes->bucket[i]; p; p = p->next) {
			if (!holds(p, context))
				continue;
			if (only)
				return NULL;
			only = p;
		}
	return only;
}

void processes_each(const struct processes *processes,
	void (*visit)(struct process *process, void *context), void *context)
{
	for (int i = 0; i < PROCESS_BUCKETS; i++)
		for (struct process *p = processes->bucket[i]; p; p = p->next)
			visit(p, context);
}

bool process_begin(struct process *process, const char *name, const char *arguments, size_t length)
{
	free(process->arguments);
	process->arguments = strndup(arguments, length);
	snprintf(process->name, sizeof process->name, "%s", name);
	return process->arguments;
}

void *process_get(const struct process *process, int fd)
{
	const struct descriptors *d = process->descriptors;

	return fd >= 0 && fd < d->room ? d->at[fd] : NULL;
}

void **process_place(struct process *process, int fd)
{
	struct descriptors *d = process->descriptors;
	int room = fd + 64;

	if (fd < 0 || fd >= DESCRIPTOR_LIMIT)
		return NULL;
	if (fd >= d->room) {
		void **more = realloc((void *)d->at, (size_t)room * sizeof *more);

		if (!more)
			return NULL;
		memset((void *)(more + d->room), 0, (size_t)(room - d->room) * sizeof *more);
		d->at = more;
		d->room = room;
	}
	return &d->at[fd];
}

static void leave_nothing(void *what, void *context)
{
	(void)what, (void)context;
}

void processes_free(struct processes *processes)
{
	for (int i = 0; i < PROCESS_BUCKETS; i++)
		for (struct process *p = processes->bucket[i], *next; p; p = next) {
			next = p->next;
			drop(p, leave_nothing, NULL);
		}
	*processes = (struct processes){0};
}
