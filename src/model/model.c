#include "model/model.h"

#include "model/fastopen.h"
#include "model/pending.h"
#include "model/rules.h"
#include "model/sysctl.h"

#include <netinet/tcp.h>

struct model model_new(enum family family, struct version kernel)
{
	struct model m = {.family = family,
		.kernel = kernel,
		.at = {THE_CLIENT, THE_LISTENER},
		.descriptors = {1, 1},
		.process = true,
		.fastopen = FASTOPEN_CLIENT,
		.lost = !family_is_tcp(family)};

	for (int i = 0; i < PEERS; i++) {
		m.peer[i] = (struct peer){.state = TCP_CLOSE, .other = NOBODY};
		for (const struct socket_option *o = socket_options; o->name; o++)
			m.peer[i].option[o->id].first = o->preset;
	}
	m.peer[THE_LISTENER].state = TCP_LISTEN;
	sysctl_preset(&m);
	return m;
}

struct prediction model_predict(struct model *model, const struct step *step)
{
	struct prediction p = {.result.kind = RESULT_UNKNOWN};

	/* Lost segments are sent again when a timer expires: only a step that waits for that can be
	 * predicted. */
	model->lost |= model->resuming && step->operation->id != OP_AWAIT &&
		       step->operation->id != OP_JOIN;
	if (model->lost)
		return p;
	if (step->background)
		pending_start(model, model_rules[step->operation->id], step, &p);
	else {
		model_rules[step->operation->id](model, step, &p);
		pending_wake(model);
	}
	return p;
}
