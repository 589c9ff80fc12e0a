/*
 * orders_print: a set of outcomes as text, as JSON, and as a page.
 */
#ifndef CLOSEWAIT_ORDERS_PRINT_H
#define CLOSEWAIT_ORDERS_PRINT_H

#include "explore/outcome_set.h"

/* Prints the set as comments, and below each outcome the experiment that shows it. */
void orders_print(const struct outcome_set *set, FILE *out);

/* Of that "tcp4: 10 orders of 3 steps ..., 5 outcomes"; and what stands first, and what stands
 * last: comment lines. */
void orders_print_counts(const struct outcome_set *set, FILE *out);
void orders_print_head(const struct outcome_set *set, FILE *out);
void orders_print_end(const struct outcome_set *set, FILE *out);

/* Prints " in 2 orders: cscsc sccsc". */
void orders_print_how_often(
	const struct outcome_set *set, const struct order_outcome *outcome, FILE *out);

/* Prints that the set is the same as that of the family before. */
void orders_print_same(const struct outcome_set *set, enum family before, FILE *out);

/* Prints the experiment of outcome i alone, complete, as closewait run takes it. */
void orders_print_example(const struct outcome_set *set, int i, FILE *out);

/* (orders_json.c) Prints the set as an object on a line. False without memory. */
bool orders_json(const struct outcome_set *set, FILE *out);

/* (orders_html.c) Prints the set as a part of a page: a table of the steps' results in each
 * outcome, and below it each outcome's experiment as a ladder diagram; of a set that is the same as
 * before, unless that is NULL, only that. False without memory. */
bool orders_html(const struct outcome_set *set, const struct outcome_set *before, FILE *out);

/* (orders_html.c) The page around it. */
void orders_html_begin(const struct experiment *programs, FILE *out);
void orders_html_end(FILE *out);

/* (orders_html.c) Prints the diagram of outcome i alone, as SVG. False without memory. */
bool orders_svg(const struct outcome_set *set, int i, FILE *out);

#endif
