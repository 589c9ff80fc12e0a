/*
 * processes: the descriptors of the processes in a log, and the calls that each is in the middle
 * of. Pure.
 */
#ifndef CLOSEWAIT_PROCESSES_H
#define CLOSEWAIT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>

enum { PROCESS_LIMIT = 1024, DESCRIPTOR_LIMIT = 65536 };

/* The descriptors of a process, which its threads share. */
struct descriptors {
	int users, room;
	void **at; /* what a descriptor stands for; NULL: nothing that is followed */
};

struct process {
	long pid;
	struct descriptors *descriptors;
	char name[32];   /* of the call that is unfinished; empty: none */
	char *arguments; /* and what of its arguments was printed */
};

struct processes {
	int count;
	struct process process[PROCESS_LIMIT];
	struct process *last; /* that was asked for */
};

/* The process; a new one has no descriptors, unless another is in the middle of making it. NULL
 * without memory, or when there are too many. */
struct process *processes_find(struct processes *processes, long pid);

/* A child begins: a thread shares its parent's descriptors; another copies them, and take is told
 * of each that it gets. False without memory. */
bool processes_fork(struct processes *processes, long parent, long child, bool shares,
	void (*take)(void *what));

/* It ends: leave is told of each descriptor that nobody else has. */
void processes_end(struct processes *processes, long pid, void (*leave)(void *what, void *context),
	void *context);

/* What descriptor fd of a process stands for, or NULL; and the place for it, NULL without memory or
 * for no descriptor that is followed. */
void *process_get(const struct process *process, int fd);
void **process_place(struct process *process, int fd);

void processes_free(struct processes *processes);

#endif
