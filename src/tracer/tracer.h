/*
 * tracer: runs a program unchanged under ptrace(2) and tells of the calls that calls.def names, of
 * all its threads and child processes.
 *
 * The thread that starts the program is its tracer; it calls everything below. A tracee that an
 * event is of stands still until tracer_resume: so long its memory and descriptors can be read, and
 * the call of an entry is not made. What no event is told of runs on by itself. When the tracing
 * process ends, however that happens, the kernel kills all tracees (PTRACE_O_EXITKILL).
 *
 * Not seen: what io_uring does, which makes no calls; calls of another ABI than the machine's own
 * (i386, x32), of which only the first is told.
 */
#ifndef CLOSEWAIT_TRACER_H
#define CLOSEWAIT_TRACER_H

#include "tracer/decode.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* A thread of the program. */
struct task {
	pid_t pid, process;
	bool there;
	bool stands;   /* it waits for tracer_resume */
	bool in_call;  /* between an entry that was resumed to its exit, and the exit */
	bool stopped;  /* with its process, by a signal */
	bool skips;    /* the call under way is not made */
	bool restarts; /* a signal ended the call under way, which the kernel makes again, or not */
	bool exits;    /* it makes no call any more: PTRACE_EVENT_EXIT */
	struct decoded decoded; /* the call under way */
	int section, record;    /* the caller's own; -1 at first */
	int64_t since;          /* CLOCK_MONOTONIC at the last entry that was told */
};

enum tracer_event_kind {
	TRACER_NONE,      /* nothing happened */
	TRACER_ENTRY,     /* decoded.call: id and argument; the rest is decode_entry's to fill in */
	TRACER_EXIT,      /* decoded.call.returned is set */
	TRACER_STARTED,   /* the task is new: a thread, or the child that fork(2) made */
	TRACER_EXEC,      /* the process runs another program */
	TRACER_SIGNAL,    /* number is about to be delivered */
	TRACER_STOPPED,   /* the process was stopped by the signal number; it need not be resumed */
	TRACER_CONTINUED, /* a process that was stopped so runs on: SIGCONT */
	TRACER_EXITS,     /* what the task has is about to be closed; if tracer_options.exits */
	TRACER_ENDED,     /* status as of waitpid(2); nothing is left to be resumed */
	TRACER_FOREIGN,   /* a call of an ABI that is not read */
	TRACER_OTHER,     /* another child of this process has ended, and is reaped: pid */
};

struct tracer_event {
	enum tracer_event_kind kind;
	struct task *task; /* until the next tracer_next */
	pid_t pid, parent; /* parent: of TRACER_STARTED, the thread that made it */
	int number, status;
	bool again;       /* of TRACER_ENTRY: the call that was under way, after a signal */
	bool interrupted; /* of TRACER_ENTRY: the call before was not made again: it gave EINTR */
};

struct tracer {
	pid_t program; /* the process that was started */
	pid_t other;   /* another child of this process, whose end is told; or 0 */
	bool began;    /* it runs the program: execve(2) succeeded */
	int report;    /* where the child says why it could not */
	int count, room;
	struct task *task;
};

struct tracer_options {
	char *const *argv; /* ends with NULL; argv[0] is looked for in PATH */
	char *const *environment;
	bool exits;           /* tell of TRACER_EXITS */
	bool sleeps;          /* tell of nanosleep(2) and clock_nanosleep(2), too */
	const sigset_t *mask; /* the program's signal mask */
};

/* Starts the program, with the standard descriptors of this process and none of its others. Returns
 * 0, or a negative errno, and why says what was attempted: fork(2), pipe2(2), or ptrace(2): -EPERM
 * where yama's ptrace_scope, seccomp or another tracer forbids it. Whether it could be executed
 * stands in its end: tracer_reason. */
int tracer_start(
	struct tracer *tracer, const struct tracer_options *options, char *why, size_t size);

/* How many threads of the program, and of its children, there are. */
int tracer_count(const struct tracer *tracer);

/* Is the task the last thread of its process, so that with its end the kernel closes what that has
 * open? The others have ended, or are past TRACER_EXITS: a first thread is there until all have
 * ended. */
bool tracer_is_last(const struct tracer *tracer, const struct task *task);

/* The next event, without waiting for one. */
struct tracer_event tracer_next(struct tracer *tracer);

/* Waits for one, or until the deadline of this thread's calls (util/deadline.h), or a signal's
 * handler, ends the wait. */
void tracer_wait(void);

/* Lets the task go on, which a signal is delivered to if that is not 0. to_exit: its call's exit is
 * told. */
void tracer_resume(struct task *task, bool to_exit, int signal);

/* At an entry: the call is not made, and gives 0. Its exit is told. */
void tracer_skip(struct task *task);

/* After the program ended without having begun: the negative errno with which it could not be, and
 * in *what what was attempted: "execute", or "install the seccomp filter". 0: it says nothing. */
int tracer_reason(struct tracer *tracer, const char **what);

/* The task that the thread is, or NULL. */
struct task *tracer_task(struct tracer *tracer, pid_t pid);

/* Kills all tracees, waits until they are gone, and frees what the tracer has. This process must
 * have no other child by then. Harmless when there is none. */
void tracer_end(struct tracer *tracer);

#endif
