/*
 * diagram: an explanation as a trace, which a ladder diagram can be drawn of: the calls that were
 * seen, what a way puts between them, and the packets beside them. Pure.
 */
#ifndef CLOSEWAIT_DIAGRAM_H
#define CLOSEWAIT_DIAGRAM_H

#include "diagnose/causes.h"
#include "diagnose/sheet.h"
#include "packets/conversation.h"

struct experiment;
struct trace;

struct diagram {
	struct experiment *e;
	struct trace *trace; /* as if it had been run */
};

/* Of a way: with the states that the model has, and where witness is not NULL its packets, which
 * stand where the bytes of the calls put them. False without memory, or where there are more than
 * STEP_LIMIT steps; then *too_long. Free it. */
bool diagram_of_way(struct diagram *diagram, const struct seen *seen, const struct way *way,
	const struct witness *witness, bool *too_long);

/* Of packets alone. False without memory. */
bool diagram_of_packets(struct diagram *diagram, const struct conversation *c);

/* Draws the first cause's first way; the packets alone. On a page only. */
void diagram_print_cause(const struct causes *causes, struct sheet *sheet);
void diagram_print_packets(const struct conversation *c, struct sheet *sheet);

void diagram_free(struct diagram *diagram);

#endif
