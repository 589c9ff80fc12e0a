#include "trial/descriptors.h"

#include "tracer/tracee.h"

/* Is a call under way whose end, which is yet to be told, counts them? */
static bool is_changing(const struct trial *t, int section)
{
	for (int i = 0; i < t->tracer.count; i++) {
		const struct task *task = &t->tracer.task[i];
		enum operation_id id = call_operation(&task->decoded.call);

		if (task->there && task->in_call && task->section == section && task->record >= 0 &&
			(id == OP_CLOSE || id == OP_DUP))
			return true;
	}
	return false;
}

void descriptors_count(struct trial *t, pid_t process, const char *why)
{
	for (int i = 0; i < t->section_count; i++)
		if (t->section[i].inode && !is_changing(t, i))
			section_hold(&t->section[i], process,
				tracee_count(process, t->section[i].inode), why, false);
}

/* A message over another socket took descriptors along, or brought them: until it is received
 * nobody has those. */
static void pass_descriptors(struct trial *t, const struct task *task)
{
	const struct call *call = &task->decoded.call;

	for (int i = 0; i < t->section_count; i++) {
		struct section *s = &t->section[i];

		if (!s->inode)
			continue;
		int under_way = section_held_by(s, 0), now = tracee_count(task->process, s->inode);
		int brought = now - section_held_by(s, task->process);

		if (call->id == CALL_sendmsg && call->returned >= 0)
			under_way += tracee_passes(task->pid, call->argument[1], s->inode);
		else if (call->id == CALL_recvmsg && brought > 0)
			under_way -= brought < under_way ? brought : under_way;
		section_hold(s, task->process, now, "SCM_RIGHTS", false);
		section_hold(s, 0, under_way, "SCM_RIGHTS", false);
	}
}

void descriptors_after_call(struct trial *t, const struct task *task)
{
	bool ours = task->section >= 0;
	struct section *s = &t->section[ours ? task->section : 0];
	const struct call *call = &task->decoded.call;
	const char *name = call_name(call->id);

	enum operation_id id = call_operation(call);
	bool step = ours && s->inode && task->record >= 0 && (id == OP_DUP || id == OP_CLOSE);

	if (step && call->returned >= 0)
		section_hold(s, task->process, tracee_count(task->process, s->inode), name, true);
	else if (call->id == CALL_sendmsg || call->id == CALL_recvmsg)
		pass_descriptors(t, task);
	else
		descriptors_count(t, task->process, name);
}

bool descriptors_change(const struct call *call)
{
	switch (call->id) {
	case CALL_close:
	case CALL_close_range:
	case CALL_dup:
	case CALL_dup2:
	case CALL_dup3:
	case CALL_fcntl:
	case CALL_sendmsg:
	case CALL_recvmsg:
	case CALL_recvmmsg:
		return true;
	default:
		return false;
	}
}
