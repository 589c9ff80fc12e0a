/*
 * orders_print: a set of outcomes as text, and as JSON.
 */
#ifndef CLOSEWAIT_ORDERS_PRINT_H
#define CLOSEWAIT_ORDERS_PRINT_H

#include "explore/outcome_set.h"

/* Prints the set as comments, and below each outcome the experiment that shows it. */
void orders_print(const struct outcome_set *set, FILE *out);

/* Prints that the set is the same as that of the family before. */
void orders_print_same(const struct outcome_set *set, enum family before, FILE *out);

/* Prints the experiment of outcome i alone, complete, as closewait run takes it. */
void orders_print_example(const struct outcome_set *set, int i, FILE *out);

/* (orders_json.c) Prints the set as an object on a line. False without memory. */
bool orders_json(const struct outcome_set *set, FILE *out);

#endif
