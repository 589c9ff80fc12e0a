/*
 * ladder_svg: ladder diagrams as SVG. Pure.
 */
#ifndef CLOSEWAIT_LADDER_SVG_H
#define CLOSEWAIT_LADDER_SVG_H

#include "trace/trace.h"

/* Prints the diagram as a document of its own, light and dark, called title, in which the trace's
 * text is the description. False without memory. */
bool ladder_svg_document(const struct trace *trace, const char *title, FILE *out);

/* Prints it as an element of a page that has the style sheet (page.h), labelled title; what it
 * shows, the page has as text. False without memory. */
bool ladder_svg_element(const struct trace *trace, const char *title, FILE *out);

#endif
