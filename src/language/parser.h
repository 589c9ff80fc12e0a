/*
 * parser: the position in an experiment that is being read, and its error messages: what parse.c,
 * parse_step.c and parse_expectation.c share.
 */
#ifndef CLOSEWAIT_PARSER_H
#define CLOSEWAIT_PARSER_H

#include "language/experiment.h"

struct parser {
	struct experiment *e;
	complaint_taker *complain;
	void *context;
	bool peer; /* a peer's script: whichever end it is of, it has a process of its own */
	int error_count;
	bool hopeless; /* the rest is not read: more of the same errors would follow */
	int line;      /* number of the line being read */
	struct words words;
	int at;                                            /* index of the next word */
	bool used;                                         /* a use line was seen */
	enum above { NO_STEP, GOOD_STEP, BAD_STEP } above; /* may a "= RESULT" line follow? */
	int result_column;                                 /* of the result being read */
	const struct operation *background[ENDS]; /* under way at each end, until it is joined */
	enum result_form joined[ENDS];            /* its form */
	int duplicates[ENDS];                     /* of each end's descriptor, at most */
	int process_ended; /* the line in which the server's process ends; 0: none yet */
};

/* Reports an error at column of the line. */
__attribute__((format(printf, 3, 4))) void parser_complain(
	struct parser *p, int column, const char *format, ...);

/* The next word of the line, or NULL. */
const struct word *parser_peek(const struct parser *p);

bool parser_next_is(const struct parser *p, const char *text);

/* Complains about word i of the line, or about its absence. Always false. */
bool parser_expected(struct parser *p, int i, const char *what);
bool parser_expected_or_nearest(
	struct parser *p, int i, const char *what, const struct nearest *nearest);

bool parser_line_ends(struct parser *p);

#endif
