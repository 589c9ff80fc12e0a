/*
 * experiment: the text of an experiment <-> its lines, steps and expectations.
 *
 * Owns the grammar (closewait help format). Pure: no socket, no clock, no process. What is parsed
 * is printed back byte for byte when it was written in the canonical layout, as the catalogue is.
 */
#ifndef CLOSEWAIT_EXPERIMENT_H
#define CLOSEWAIT_EXPERIMENT_H

#include "language/guard.h"
#include "language/packet.h"
#include "language/result.h"
#include "language/step.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	FILE_LIMIT = 1 << 20,  /* bytes in an experiment: more than the longest trace */
	LINE_LIMIT = 320,      /* bytes in a line, its comment not counted */
	STEP_LIMIT = 256,      /* steps in an experiment */
	EXPECTATION_LIMIT = 8, /* expectations of one step */
	EXPECTATIONS_LIMIT = STEP_LIMIT * EXPECTATION_LIMIT,
	WIRE_LIMIT = 256,   /* wire lines in an experiment */
	ERROR_LIMIT = 100,  /* errors reported of one file */
	NAME_LIMIT = 4095,  /* bytes in an experiment's name */
	RESULT_COLUMN = 25, /* where '=' stands, counted from 0, when the step leaves room */
};

/* What is expected of a step: a result, or that of a step before it. */
struct expectation {
	struct result result;
	struct guard guard;
	int as; /* from 1: the step whose result it is; 0: result says it */
};

/* A step with everything that is expected of it. */
struct script_step {
	struct step step;
	int line, column; /* in the file, from 1; column in bytes */
	int expectation_count;
	struct expectation *expectation; /* the first of them, of the experiment's */
};

/* A packet that is expected after the step at that index. */
struct expected_packet {
	struct packet packet;
	struct guard guard;
	unsigned families;      /* that it is expected on: bit 1 << enum family */
	int line, column, step; /* step is -1 before the first step */
};

enum line_kind {
	LINE_TEXT, /* empty, or a comment that has the line to itself */
	LINE_USE,  /* use FAMILY... */
	LINE_STEP, /* index: of the step; which: 1 when its first expectation is on the same line */
	LINE_EXPECTATION, /* index: of the step; which: of its expectation */
	LINE_WIRE,        /* index: of the packet */
};

struct line {
	enum line_kind kind;
	int index, which;
	const char *comment; /* without a newline; of LINE_TEXT the whole line; NULL: none */
	int comment_length;
};

struct experiment {
	char name[NAME_LIMIT + 1];
	char *text; /* what was parsed; the comments point into it */
	unsigned families;
	int step_count, expectation_count, wire_count, line_count;
	struct script_step *script;
	struct expectation *expectation; /* of all steps; one behind the other those of a step */
	struct expected_packet *wire;
	struct line *line;
};

/* What is wrong with a text. The strings last as long as the call. */
struct complaint {
	int line, column;     /* from 1; column in bytes */
	int length;           /* in bytes, of the word there; 0: what is wrong is no single word */
	const char *message;  /* the whole of it, with what was expected */
	const char *expected; /* that alone; NULL: the message says otherwise what to do */
	const char *nearest;  /* the word that may have been meant; NULL: none comes near */
};

typedef void complaint_taker(void *context, const struct complaint *complaint);

/* Parses size bytes of text, called name. Every error goes to complain with context, in the order
 * of the text; then the answer is NULL with errno EINVAL (ENOMEM without memory). Free it with
 * experiment_free. */
struct experiment *experiment_read(
	const char *name, const char *text, size_t size, complaint_taker *complain, void *context);

/* Prints the complaint as a line "name:line:column: message". */
void complaint_print(const char *name, const struct complaint *complaint, FILE *out);

/* The same as experiment_read, with the errors printed to errors, a line each. */
struct experiment *experiment_parse(const char *name, const char *text, size_t size, FILE *errors);

/* The same of a peer's script for closewait try, in which the client's process can end, too. */
struct experiment *experiment_parse_peer(
	const char *name, const char *text, size_t size, FILE *errors);

/* An experiment without lines yet, with room for as many of everything as the text can hold: no
 * growing while parsing. NULL with errno ENOMEM. For experiment_read. */
struct experiment *experiment_new(const char *name, const char *text, size_t size);

void experiment_free(struct experiment *experiment);

/* Prints the experiment in the canonical layout. */
void experiment_print(const struct experiment *experiment, FILE *out);

/* Copies the title, the first comment line, without its '#'; empty when there is none. */
void experiment_title(const struct experiment *experiment, char *title, size_t size);

/* How many lines of comment the experiment begins with: its title, and below it the reason. */
int experiment_introduction(const struct experiment *experiment);

/* Does the experiment use an end beside client and server, or does one name the address of another?
 */
bool experiment_has_further_ends(const struct experiment *experiment);

/* The step's expectation that holds for family on kernel, or NULL: then nothing is asserted. */
const struct expectation *script_step_expectation(
	const struct script_step *entry, enum family family, struct version kernel);

/* Writes what is expected, without its guard; at most RESULT_TEXT bytes. */
void expectation_text(const struct experiment *experiment, const struct expectation *expectation,
	char *text, size_t size);

/* Is the packet expected for family on kernel? */
bool expected_packet_holds(
	const struct expected_packet *wire, enum family family, struct version kernel);

/* Does the experiment name any packet for family on kernel? Then it names them all. */
bool experiment_names_packets(
	const struct experiment *experiment, enum family family, struct version kernel);

/* Does the experiment run through a network between its ends? It does when a step asks for
 * something that happens there. */
bool experiment_uses_network(const struct experiment *experiment);

/* The layout of a line: left, the result behind a '=' in its column, the guard, the comment. Each
 * of the three may be empty or NULL. Without the newline. Returns the column that it ends in. */
int experiment_print_line(FILE *out, const char *left, const char *result, const char *guard);
void experiment_print_comment(FILE *out, const struct line *line);

#endif
