/*
 * similar: which experiments differ by one thing from another, and what becomes of it. Pure.
 *
 * Two experiments are compared step by step, by their longest common sequence. The calls that
 * change something make an experiment what it is; what only waits or looks follows from them, and
 * decides among equals.
 */
#ifndef CLOSEWAIT_SIMILAR_H
#define CLOSEWAIT_SIMILAR_H

#include "language/experiment.h"

enum {
	NEIGHBOUR_LIMIT = 6,   /* neighbours that are kept */
	NEIGHBOUR_COMMON = 3,  /* calls in common at least: more than connect and accept */
	NEIGHBOUR_CHANGED = 2, /* calls changed at most, */
	NEIGHBOUR_LEAST = 3,   /* but of this many no more than are common, and of one any number */
};

struct difference {
	int pair[STEP_LIMIT]; /* of each step of a: the same step of b; -1: it has none */
	int common;           /* calls that are in both */
	int changed;          /* calls that are not: where some stand against others, the more */
	int looks;            /* steps of either that only look, and are not in both */
};

/* The experiments nearest to one, nearest first; owned. */
struct similar_list {
	int count;
	struct experiment *experiment[NEIGHBOUR_LIMIT + 1];
	struct difference difference[NEIGHBOUR_LIMIT + 1];
};

/* How b differs from a. Where it could be told in two ways, steps go together that are expected to
 * give the same on family and kernel. False without memory. */
bool similar_compare(struct difference *d, const struct experiment *a, const struct experiment *b,
	enum family family, struct version kernel);

/* Takes e, which differs from another by d, into neighbours, or frees it: few changed calls are
 * near, and where nothing is, more of them are. */
void similar_offer(
	struct similar_list *neighbours, struct experiment *e, const struct difference *d);

void similar_free(struct similar_list *neighbours);

/* Prints the calls that differ, '-' of a and '+' of b, each stretch below the call before it; then
 * the steps of both that are expected to give something else ("here" in a, "there" in b); and what
 * either waits for, or does with SIGPIPE, besides. */
void similar_print_difference(const struct difference *d, const struct experiment *a,
	const struct experiment *b, enum family family, struct version kernel, FILE *out);

#endif
