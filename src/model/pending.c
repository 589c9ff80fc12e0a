#include "model/pending.h"

#include "model/answer.h"
#include "model/close.h"

/* A rule that answers "blocks" changes nothing, so that it can be tried again. */
static void try(struct model *m, struct pending *pending)
{
	struct prediction p = {.result.kind = RESULT_UNKNOWN};
	struct step step = pending->step;

	step.background = false;
	pending->asked = true;
	pending->predict(m, &step, &p);
	pending->asked = pending->retried = false;
	if (p.rule == RULE_BLOCKS || p.rule == RULE_TIMES_OUT) {
		pending->since = ++m->asleep;
		pending->rule = p.rule;
		return;
	}
	pending->finished = true;
	pending->result = p.result;
	pending->rule = p.rule;
	pending->cause = p.cause;
}

void pending_release(struct model *m, struct pending *pending)
{
	if (pending->closes)
		close_last_reference(m, pending->holds);
	pending->closes = false;
}

void pending_wake(struct model *m)
{
	for (int who = 0; who < ENDS; who++)
		/* A call that was not woken goes on sleeping, even when it could now return. */
		if (m->pending[who].there && !m->pending[who].finished && m->pending[who].woken) {
			m->pending[who].retried = true;
			try(m, &m->pending[who]);
			m->pending[who].woken = false;
			if (m->pending[who].finished)
				pending_release(m, &m->pending[who]);
		}
}

void pending_start(
	struct model *m, model_operation *predict, const struct step *step, struct prediction *p)
{
	struct pending *pending = &m->pending[step->who];

	*pending = (struct pending){.there = true,
		.predict = predict,
		.closed = m->closed[step->who],
		.step = *step,
		.on = step_accepts_for_listener(m, step) ? THE_LISTENER : m->at[step->who]};
	try(m, pending);
	answer_value(p, pending->finished ? pending->rule : RULE_BLOCKS, RESULT_NONE, 0);
}
