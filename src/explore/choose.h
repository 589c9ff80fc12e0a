/*
 * choose: a step by chance: which operations are tried, how often, and with which arguments. Pure:
 * the same state gives the same step.
 */
#ifndef CLOSEWAIT_CHOOSE_H
#define CLOSEWAIT_CHOOSE_H

#include "language/step.h"

#include <stddef.h>
#include <stdint.h>

/* The next number of the sequence that state stands in; and one from 0 to limit - 1. */
uint64_t choose_random(uint64_t *state);
size_t choose_below(uint64_t *state, size_t limit);

/* Makes the step one of another end of the same side now and then, and lets a connect go to one. */
void choose_end(struct step *step, uint64_t *state);

/* A step of either end, as the vocabulary's weights have it. */
struct step choose_step(uint64_t *state);

/* One of what happens on a network between the ends. */
struct step choose_network_step(uint64_t *state);

/* The step of that operation with these arguments; a choice between braces is made by state. */
struct step choose_read(enum who who, enum operation_id id, const char *arguments, uint64_t *state);

/* Why choose_step gives no step of this operation; NULL: it does. */
const char *choose_left_out(enum operation_id id);

#endif
