/*
 * kernlog: which lines of a kernel's log tell that the kernel itself is in trouble. Pure.
 */
#ifndef CLOSEWAIT_KERNLOG_H
#define CLOSEWAIT_KERNLOG_H

#include <stdbool.h>
#include <stdio.h>

enum { KERNLOG_LIMIT = 100 }; /* lines reported; further alarms add nothing */

/* Is it a warning, BUG, oops, panic, stall, lockdep or out-of-memory report's line? line ends with
 * its newline or its end and may begin with a "[    1.234567] " that is not looked at. */
bool kernlog_alarming(const char *line);

/* Writes the alarming lines of text to out, KERNLOG_LIMIT at most. Returns how many. */
int kernlog_print_alarming(const char *text, FILE *out);

#endif
