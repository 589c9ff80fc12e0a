/*
 * programs: an experiment as what comes first in every order, and a program for each end: its
 * steps, which keep their order among themselves. And the orders in which several programs can run.
 * Pure.
 */
#ifndef CLOSEWAIT_PROGRAMS_H
#define CLOSEWAIT_PROGRAMS_H

#include "language/experiment.h"

enum {
	PROGRAM_LIMIT = NAMESPACE + 1, /* whose steps: a program each */
	PROGRAM_STEPS = 32,            /* of all programs together */
	PROLOGUE_STEPS = 32,
};

/* Steps are indices into the experiment's script. */
struct programs {
	const struct experiment *experiment;
	int prologue_count, prologue[PROLOGUE_STEPS];
	int count[PROGRAM_LIMIT], step[PROGRAM_LIMIT][PROGRAM_STEPS];
	int length;   /* steps of all programs */
	int left_out; /* await, count and wire lines: each is of one order */
};

/* Splits the experiment. The prologue is what stands above the first empty line between steps;
 * where there is none, the connect and accept steps that it begins with. False when there are not
 * two programs or too many steps, and why says so. */
bool programs_split(
	struct programs *programs, const struct experiment *experiment, char *why, size_t size);

/* How many orders there are, or most + 1 if more than most. */
long programs_orders(const struct programs *programs, long most);

/* An order is whose turn it is, an enum who for each of programs->length steps. Makes the first
 * one; makes the next one of it, false after the last. */
void programs_first_order(const struct programs *programs, unsigned char *order);
bool programs_next_order(const struct programs *programs, unsigned char *order);

#endif
