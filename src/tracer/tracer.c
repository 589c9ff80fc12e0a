#include "tracer/tracer.h"

#include "tracer/filter.h"
#include "tracer/registers.h"
#include "tracer/tracee.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call gives that a signal ended before it did anything: the kernel makes it again, or has
 * it give EINTR (include/linux/errno.h). */
enum { ERESTARTSYS = 512, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK = 516 };

struct task *tracer_task(struct tracer *tracer, pid_t pid)
{
	for (int i = 0; i < tracer->count; i++)
		if (tracer->task[i].there && tracer->task[i].pid == pid)
			return &tracer->task[i];
	return NULL;
}

/* The task of a thread that was not seen before, or NULL without memory. */
static struct task *add_task(struct tracer *tracer, pid_t pid)
{
	int i = 0;

	while (i < tracer->count && tracer->task[i].there)
		i++;
	if (i == tracer->room) {
		int room = tracer->room ? 2 * tracer->room : 16;
		struct task *task = realloc(tracer->task, (size_t)room * sizeof *task);

		if (!task)
			return NULL;
		tracer->task = task;
		tracer->room = room;
	}
	if (i == tracer->count)
		tracer->count++;
	tracer->task[i] = (struct task){.pid = pid,
		.process = tracee_process(pid),
		.there = true,
		.section = -1,
		.record = -1};
	return &tracer->task[i];
}

/* What is written to a tracee that was killed meanwhile is lost: its end is told. */
static void let_go(pid_t pid, int request, int signal)
{
	ptrace((enum __ptrace_request)request, pid, 0, (long)signal);
}

void tracer_resume(struct task *task, bool to_exit, int signal)
{
	task->stands = false;
	task->in_call = to_exit;
	let_go(task->pid, to_exit ? PTRACE_SYSCALL : PTRACE_CONT, signal);
}

void tracer_skip(struct task *task)
{
	registers_skip_call(task->pid);
	task->skips = true;
	tracer_resume(task, true, 0);
}

static bool is_same(
	const struct call *call, enum call_id id, const struct __ptrace_syscall_info *info)
{
	bool same = id == call->id;

	for (int i = 0; i < call_argument_count(call->id); i++)
		same &= call->argument[i] == info->seccomp.args[i];
	return same || id == CALL_restart_syscall;
}

/* A call that a signal ended is made again with the same arguments, or as restart_syscall(2). A
 * program that makes it again by itself looks the same. */
static struct tracer_event stopped_at_entry(struct task *task)
{
	struct __ptrace_syscall_info info = {0};
	struct call *call = &task->decoded.call;
	struct tracer_event event = {.kind = TRACER_ENTRY, .task = task, .pid = task->pid};

	ptrace(PTRACE_GET_SYSCALL_INFO, task->pid, sizeof info, &info);
	enum call_id id = filter_call((unsigned long)info.seccomp.nr);

	if (info.seccomp.ret_data == FILTER_FOREIGN || id == CALL_COUNT) {
		event.kind = TRACER_FOREIGN;
		return event;
	}
	event.again = task->restarts && is_same(call, id, &info);
	event.interrupted = task->restarts && !event.again;
	task->restarts = false;
	if (event.again)
		return event;
	task->since = clock_read(CLOCK_MONOTONIC);
	task->decoded = (struct decoded){.call = {.id = id}, .socket = -1};
	for (int i = 0; i < 6; i++)
		call->argument[i] = (unsigned long)info.seccomp.args[i];
	return event;
}

static struct tracer_event stopped_at_exit(struct task *task)
{
	struct __ptrace_syscall_info info = {0};
	struct tracer_event event = {.kind = TRACER_EXIT, .task = task, .pid = task->pid};

	if (task->skips)
		registers_set_result(task->pid, 0);
	ptrace(PTRACE_GET_SYSCALL_INFO, task->pid, sizeof info, &info);
	long returned = task->skips ? 0 : (long)info.exit.rval;

	task->skips = false;
	if (!task->in_call)
		event.kind = TRACER_NONE;
	task->in_call = false;
	task->restarts = returned >= -ERESTART_RESTARTBLOCK && returned <= -ERESTARTSYS;
	if (task->restarts)
		event.kind = TRACER_NONE; /* its end is yet to come */
	task->decoded.call.returned = returned;
	return event;
}

static struct tracer_event made_task(struct tracer *tracer, struct task *task)
{
	unsigned long made = 0;
	pid_t parent = task->pid;

	ptrace(PTRACE_GETEVENTMSG, parent, 0, &made);
	struct task *child = tracer_task(tracer, (pid_t)made);

	if (!child)
		child = add_task(tracer, (pid_t)made); /* task may have moved */
	let_go(parent, PTRACE_CONT, 0);
	return (struct tracer_event){
		.kind = TRACER_STARTED, .task = child, .pid = (pid_t)made, .parent = parent};
}

/* The thread that made the call took the place of the process's first; the others are gone. */
static struct tracer_event executed(struct tracer *tracer, struct task *task)
{
	unsigned long former = 0;

	ptrace(PTRACE_GETEVENTMSG, task->pid, 0, &former);
	for (int i = 0; i < tracer->count; i++)
		if (&tracer->task[i] != task && tracer->task[i].process == task->process)
			tracer->task[i].there = false;
	task->in_call = task->restarts = false;
	if (task->process == tracer->program)
		tracer->began = true;
	return (struct tracer_event){.kind = TRACER_EXEC, .task = task, .pid = task->pid};
}

/* A new tracee's first stop, the stop of a whole process by a signal, or its end by SIGCONT. */
static struct tracer_event stopped_as_group(struct task *task, int signal)
{
	bool group = signal != SIGTRAP;
	struct tracer_event event = {.kind = group           ? TRACER_STOPPED
					     : task->stopped ? TRACER_CONTINUED
							     : TRACER_NONE,
		.task = task,
		.pid = task->pid,
		.number = signal};

	task->stopped = group;
	let_go(task->pid, group ? PTRACE_LISTEN : PTRACE_CONT, 0);
	return event;
}

/* do_exit(): before anything of the thread's is given up. One that SIGKILL ended may not stop. */
static struct tracer_event stopped_at_end(struct task *task)
{
	task->exits = true;
	task->in_call = task->restarts = false;
	task->since = clock_read(CLOCK_MONOTONIC);
	return (struct tracer_event){.kind = TRACER_EXITS, .task = task, .pid = task->pid};
}

static struct tracer_event event_of_stop(struct tracer *tracer, struct task *task, int status)
{
	int signal = WSTOPSIG(status);

	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP:
		return stopped_at_entry(task);
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		return made_task(tracer, task);
	case PTRACE_EVENT_EXEC:
		return executed(tracer, task);
	case PTRACE_EVENT_EXIT:
		return stopped_at_end(task);
	case PTRACE_EVENT_STOP:
		return stopped_as_group(task, signal);
	default:
		break;
	}
	if (signal == (SIGTRAP | 0x80))
		return stopped_at_exit(task);
	return (struct tracer_event){
		.kind = TRACER_SIGNAL, .task = task, .pid = task->pid, .number = signal};
}

static struct tracer_event event_of(struct tracer *tracer, pid_t pid, int status)
{
	struct task *task = tracer_task(tracer, pid);

	/* A child's first stop may be seen before the stop of the parent that made it. */
	if (!task)
		task = add_task(tracer, pid);
	if (!task) {
		kill(pid, SIGKILL); /* without memory there is no way on */
		return (struct tracer_event){0};
	}
	if (!WIFSTOPPED(status)) {
		task->there = task->stands = false;
		return (struct tracer_event){
			.kind = TRACER_ENDED, .task = task, .pid = pid, .status = status};
	}
	struct tracer_event event = event_of_stop(tracer, task, status);
	bool moves_on = status >> 16 == PTRACE_EVENT_STOP || event.kind == TRACER_STARTED;

	if (event.kind == TRACER_NONE && !moves_on)
		let_go(pid, PTRACE_CONT, 0);
	else if (!moves_on)
		task->stands = true;
	return event;
}

int tracer_count(const struct tracer *tracer)
{
	int count = 0;

	for (int i = 0; i < tracer->count; i++)
		count += tracer->task[i].there;
	return count;
}

bool tracer_is_last(const struct tracer *tracer, const struct task *task)
{
	for (int i = 0; i < tracer->count; i++) {
		const struct task *other = &tracer->task[i];

		if (other != task && other->there && (!other->exits || other->stands) &&
			other->process == task->process)
			return false;
	}
	return true;
}

/* What is waited for is not taken: whoever ends instead of asking for it leaves no stopped tracee.
 */
void tracer_wait(void)
{
	siginfo_t info;

	waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOWAIT | __WALL);
}

struct tracer_event tracer_next(struct tracer *tracer)
{
	struct tracer_event event = {0};
	pid_t pid;
	int status;

	while (event.kind == TRACER_NONE && (pid = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
		event = pid == tracer->other && !tracer_task(tracer, pid)
				? (struct tracer_event){.kind = TRACER_OTHER, .pid = pid}
				: event_of(tracer, pid, status);
	return event;
}

void tracer_end(struct tracer *tracer)
{
	pid_t pid;
	int status;

	for (int i = 0; i < tracer->count; i++)
		if (tracer->task[i].there) {
			kill(tracer->task[i].process, SIGKILL);
			/* One that stands in exit_group(2) is dying, and the signal is dropped
			 * (prepare_signal()). */
			if (tracer->task[i].stands)
				let_go(tracer->task[i].pid, PTRACE_CONT, 0);
		}
	/* One that was made meanwhile, and was not seen yet, is a tracee, too. */
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR)
		if (pid > 0 && WIFSTOPPED(status)) {
			kill(pid, SIGKILL);
			let_go(pid, PTRACE_CONT, 0);
		}
	free(tracer->task);
	if (tracer->program)
		close(tracer->report);
	*tracer = (struct tracer){0};
}
