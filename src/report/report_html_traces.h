/*
 * report_html_traces: the traces on a report's page, and the links to them. Pure.
 */
#ifndef CLOSEWAIT_REPORT_HTML_TRACES_H
#define CLOSEWAIT_REPORT_HTML_TRACES_H

#include "report/report.h"

/* The class of a letter's colour: there are six. */
char report_html_colour(char letter);

/* Prints the target of a link to the traces of a cell: its own, beside the one that the experiment
 * had on the next kernel to the left that has another, or else to the right. */
void report_html_target(const struct report *report, int row, int kernel, FILE *out);

/* Prints every trace of every experiment, and every two of one experiment side by side, each where
 * a link finds it. False without memory. */
bool report_html_traces(const struct report *report, FILE *out);

#endif
