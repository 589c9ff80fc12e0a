#include "trial/sigpipe.h"

#include "tracer/tracee.h"
#include "util/clock.h"

#include <signal.h>

bool sigpipe_tell(struct section *s, const struct task *task)
{
	char letter = tracee_disposition(task->pid, SIGPIPE);
	enum sigpipe_mode mode = letter == 'd'   ? SIGPIPE_DEFAULT
				 : letter == 'c' ? SIGPIPE_HANDLED
						 : SIGPIPE_IGNORED;

	if (mode == s->sigpipe)
		return false;
	const struct step step =
		section_step(s->program, OP_SIGPIPE, symbol_text(sigpipe_modes, mode));
	const struct outcome outcome = {
		.result.kind = RESULT_NUMBER, .begin = clock_now(), .end = clock_now()};

	s->sigpipe = mode;
	return section_add(s, &step, &outcome, "what the program does with it") >= 0;
}

/* The section's last record comes before the one at index. */
static void move_before(struct trial *t, struct section *s, int index)
{
	section_move_last(s, index);
	for (int i = 0; i < t->tracer.count; i++) {
		struct task *task = &t->tracer.task[i];

		if (task->section >= 0 && &t->section[task->section] == s && task->record >= index)
			task->record++;
	}
}

void sigpipe_came(struct trial *t, const struct task *task)
{
	struct section *s = &t->section[task->section];

	if (s->sigpipe == SIGPIPE_IGNORED && sigpipe_tell(s, task))
		move_before(t, s, task->record);
	if (s->sigpipe != SIGPIPE_IGNORED) /* a tracer is told of ignored ones, too */
		section_signal(s, task->record, SIGPIPE);
}
