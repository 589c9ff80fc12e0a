/*
 * coverage: how much of the vocabulary closewait explore reaches: found by making experiments, of
 * which none is run. Pure.
 */
#ifndef CLOSEWAIT_COVERAGE_H
#define CLOSEWAIT_COVERAGE_H

#include "language/experiment.h"

enum { COVERAGE_SEED = 1, COVERAGE_COUNT = 2000, COVERAGE_STEPS = 12 };

struct coverage {
	/* Steps that chance proposed, by operation, and those of them that the model has no answer
	 * for. */
	long drawn[OPERATION_COUNT], unknown[OPERATION_COUNT];
	long made[OPERATION_COUNT]; /* steps in the experiments, awaits and joins among them */
};

/* Makes COVERAGE_COUNT experiments of COVERAGE_SEED, on tcp4 and tcp6 in turn. False without
 * memory. */
bool coverage_measure(struct coverage *coverage, struct version kernel);

/* Prints a line for each operation that is never made, with the reason why it is not tried, one for
 * each of which some steps are not predicted, and the sum. */
void coverage_print(const struct coverage *coverage, FILE *out);

#endif
