#include "trial/waits.h"

#include "tracer/tracee.h"
#include "trial/serving.h"
#include "util/clock.h"

#include <sys/epoll.h>

bool waits_may_adopt(const struct call *call)
{
	return call_operation(call) == OP_EPOLL_WAIT;
}

/* Does the task wait, of sockets that are not followed until now, in the instance to which another
 * call has added one? */
static bool is_waiting(const struct task *task, const struct task *added)
{
	const struct call *call = &task->decoded.call;

	return task->there && task->in_call && task->section < 0 &&
	       task->process == added->process && waits_may_adopt(call) &&
	       call->argument[0] == added->decoded.call.argument[0];
}

void waits_adopt(struct trial *t, const struct task *added)
{
	const struct call *add = &added->decoded.call;
	struct section *s = &t->section[added->section];

	if (add->id != CALL_epoll_ctl || add->flags != EPOLL_CTL_ADD || add->returned < 0)
		return;
	for (int i = 0; i < t->tracer.count; i++) {
		struct task *task = &t->tracer.task[i];
		struct decoded *d = &task->decoded;
		struct step step;

		if (!is_waiting(task, added) || serving_is_aside(s, &d->call) ||
			!tracee_epoll_has(
				task->pid, (int)d->call.argument[0], s->inode, &d->carried) ||
			!call_step(&d->call, s->program, &step))
			continue;
		d->place = d->call.argument[1];
		task->section = added->section;
		task->record = section_begin(s, &step, clock_now());
		s->calls++;
	}
}
