#include "strace/processes.h"

#include <stdlib.h>
#include <string.h>

static struct process *known(struct processes *processes, long pid)
{
	if (processes->last && processes->last->pid == pid)
		return processes->last;
	for (int i = 0; i < processes->count; i++)
		if (processes->process[i].pid == pid)
			return processes->last = &processes->process[i];
	return NULL;
}

static struct process *add(struct processes *processes, long pid, struct descriptors *descriptors)
{
	if (!descriptors || processes->count == PROCESS_LIMIT) {
		if (descriptors && !descriptors->users) {
			free((void *)descriptors->at);
			free(descriptors);
		}
		return NULL;
	}
	descriptors->users++;
	processes->last = &processes->process[processes->count++];
	*processes->last = (struct process){.pid = pid, .descriptors = descriptors};
	return processes->last;
}

struct process *processes_find(struct processes *processes, long pid)
{
	struct process *process = known(processes, pid);

	return process ? process : add(processes, pid, calloc(1, sizeof(struct descriptors)));
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

bool processes_fork(
	struct processes *processes, long parent, long child, bool shares, void (*take)(void *what))
{
	struct process *from = processes_find(processes, parent);

	if (!from || known(processes, child))
		return from != NULL;
	struct descriptors *descriptors = from->descriptors;

	return add(processes, child, shares ? descriptors : copy(descriptors, take)) != NULL;
}

void processes_end(struct processes *processes, long pid, void (*leave)(void *what, void *context),
	void *context)
{
	struct process *process = known(processes, pid);

	if (!process)
		return;
	struct descriptors *descriptors = process->descriptors;

	free(process->arguments);
	*process = processes->process[--processes->count];
	processes->last = NULL;
	if (--descriptors->users)
		return;
	for (int i = 0; i < descriptors->room; i++)
		if (descriptors->at[i])
			leave(descriptors->at[i], context);
	free((void *)descriptors->at);
	free(descriptors);
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
	while (processes->count)
		processes_end(processes, processes->process[0].pid, leave_nothing, NULL);
}
