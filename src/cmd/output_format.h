/*
 * output_format: what a command prints its answer as. closewait run and report have formats of
 * their own (format.h, report.h).
 */
#ifndef CLOSEWAIT_OUTPUT_FORMAT_H
#define CLOSEWAIT_OUTPUT_FORMAT_H

#include <stdbool.h>

enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_HTML, OUTPUT_SVG, OUTPUT_FORMATS };

/* Takes --format=text where it names one of allowed, bits 1 << enum output_format; text always is.
 * Sets *format, or says what it expected and returns false. */
bool output_format_option(const char *text, unsigned allowed, enum output_format *format);

#endif
