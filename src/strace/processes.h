/*
 * processes: the descriptors of the processes in a log, and the calls that each is in the middle
 * of. Pure.
 */
#ifndef CLOSEWAIT_PROCESSES_H
#define CLOSEWAIT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PROCESS_LIMIT =
		65536, /* at once: a log without the lines of their ends has more and more */
	PROCESS_BUCKETS = 4096,
	DESCRIPTOR_LIMIT = 65536
};

/* The descriptors of a process, which its threads share. */
struct descriptors {
	int users, room;
	void **at; /* what a descriptor stands for; NULL: nothing is known of it */
};

struct process {
	long pid; /* 0: of lines that do not say */
	struct descriptors *descriptors;
	bool orphan;     /* its beginning is not in the log, though that of others is */
	char name[32];   /* of the call that is unfinished; empty: none */
	char *arguments; /* and what of its arguments was printed */
	void *on;   /* what it is under way on, of which that is one more descriptor; or NULL */
	int flight; /* which of those that are under way on it */
	struct process *next; /* in its bucket */
};

struct processes {
	int count;
	bool exhausted;                          /* there was no memory for one */
	struct process *bucket[PROCESS_BUCKETS]; /* by pid */
};

/* The process, or NULL when there is none. */
struct process *processes_known(const struct processes *processes, long pid);

/* The process; a new one has no descriptors. NULL when there are PROCESS_LIMIT, or without memory,
 * which *processes says. */
struct process *processes_find(struct processes *processes, long pid);

/* A child begins: a thread shares its parent's descriptors; another copies them, and take is told
 * of each that it gets. Nothing of a child that is known. NULL as of processes_find. */
struct process *processes_fork(struct processes *processes, struct process *parent, long child,
	bool shares, void (*take)(void *what));

/* It ends: leave is told of each descriptor that nobody else has. */
void processes_end(struct processes *processes, struct process *process,
	void (*leave)(void *what, void *context), void *context);

/* Its pid turns out. */
void processes_name(struct processes *processes, struct process *process, long pid);

/* The only one for which holds is true; NULL when there is none, or more than one. */
struct process *processes_only(const struct processes *processes,
	bool (*holds)(const struct process *process, const void *context), const void *context);

/* Tells visit of all of them. */
void processes_each(const struct processes *processes,
	void (*visit)(struct process *process, void *context), void *context);

/* A call begins, of whose arguments so much was printed. False without memory. */
bool process_begin(struct process *process, const char *name, const char *arguments, size_t length);

/* What descriptor fd of a process stands for, or NULL; and the place for it, NULL without memory or
 * for no descriptor that is followed. */
void *process_get(const struct process *process, int fd);
void **process_place(struct process *process, int fd);

/* Frees all of it, the descriptors' things not. */
void processes_free(struct processes *processes);

#endif
