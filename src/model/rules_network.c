/*
 * rules_network: the model's rules of what happens on the network between the ends.
 */
#include "model/rules.h"

static void model_network(struct model *m, struct prediction *p)
{
	answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
	m->lost = true;
}

void model_delay(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	model_network(m, p);
}

void model_drop(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	model_network(m, p);
}

void model_inject(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	model_network(m, p);
}

void model_forget(struct model *m, const struct step *step, struct prediction *p)
{
	(void)step;
	model_network(m, p);
}
