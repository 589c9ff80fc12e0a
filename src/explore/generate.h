/*
 * generate: random experiments that the model has an answer for.
 *
 * A generated experiment is a list of steps and, between them, the awaits that make its results
 * independent of timing: whatever a step brings about at either end is waited for before the next.
 * The model says what is legal (known, and not blocking for ever unless in the background) and
 * what there is to wait for. Pure: the same seed and number give the same experiment.
 */
#ifndef CLOSEWAIT_GENERATE_H
#define CLOSEWAIT_GENERATE_H

#include "model/model.h"

#include <stdint.h>
#include <stdio.h>

enum { GENERATED_LIMIT = 64 }; /* steps in a generated experiment, awaits not counted */

struct generated {
	uint64_t seed, number;
	enum family family;
	bool many;    /* with ends beside client and server */
	bool network; /* through a network between the ends */
	int count;
	struct step step[GENERATED_LIMIT];
	/* By operation: steps that chance proposed, and those of them that the model has no answer
	 * for. */
	unsigned short drawn[OPERATION_COUNT], unknown[OPERATION_COUNT];
};

/* Makes experiment number of seed: at most steps steps. */
void generate(struct generated *generated, uint64_t seed, uint64_t number, enum family family,
	struct version kernel, int steps);

/* Writes it as the text of an experiment, with the model's answers as what is expected. False
 * when it is not legal, as after a step was taken out of it; then what was written is no use. */
bool generate_print(const struct generated *generated, struct version kernel, FILE *out);

#endif
