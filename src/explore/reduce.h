/*
 * reduce: what a stack answers otherwise than Linux does, as the shortest experiment that shows it.
 *
 * A difference is one step's: the model, which answers as Linux, says one thing, and the stack gave
 * another. Steps are taken out of the experiment for as long as the model still says the one and
 * the stack still gives the other, each time more than once; what is left is repeated. Of a step
 * that the model does not know (MPTCP, SOCK_SEQPACKET) the experiment's own expectation is what
 * Linux answers: that holds for the experiment as a whole only, which is told as it is.
 */
#ifndef CLOSEWAIT_REDUCE_H
#define CLOSEWAIT_REDUCE_H

#include "run/session.h"

#include <stdatomic.h>
#include <stdint.h>

enum { REDUCE_REPEATS = 5, REDUCED_LIMIT = 4096 };

/* Which differences were reduced already: hashes of a call and its two results. In memory that all
 * processes of a pool share; all zero at first. When it is full, nothing more is reduced. */
struct reduced {
	_Atomic uint64_t key[REDUCED_LIMIT];
};

struct difference {
	char call[LINE_LIMIT + 1];                         /* the step */
	char expected[RESULT_TEXT], observed[RESULT_TEXT]; /* its result; of an await in words */
	int shown;                                         /* in how many of REDUCE_REPEATS runs */
	char *text; /* the shortest experiment, whose last step it is, with the model's answers;
		       NULL: only the whole one shows it. For free(3) */
};

/* Does step i of a trace that was run show a difference between the stack and Linux? */
bool reduce_is_difference(const struct trace *trace, int i);

/* The difference that step i of trace shows, reduced in session; trace stays as it is. False when
 * the same one, whoever made the call, was reduced before: then there is nothing to free. */
bool reduce(struct session *session, const struct trace *trace, int i, struct reduced *reduced,
	struct difference *difference);

#endif
