/*
 * fitted: output on stdout in which no line is wider than the terminal, or than 80 columns where
 * stdout is none.
 */
#ifndef CLOSEWAIT_FITTED_H
#define CLOSEWAIT_FITTED_H

#include <stdbool.h>
#include <stdio.h>

/* What is printed to out goes to stdout at fitted_end. */
struct fitted {
	FILE *out;
	char *text;
	size_t size;
};

/* False, after a message, without memory. */
bool fitted_begin(struct fitted *fitted);

/* False, after a message, without memory for what was printed. */
bool fitted_end(struct fitted *fitted);

/* Columns of the terminal on stdout, 40 at least; 80 where stdout is none. */
int fitted_width(void);

/* Prints text at once. */
void fitted_print(const char *text);

#endif
