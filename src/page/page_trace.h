/*
 * page_trace: a trace as a part of a page: what it is about, its ladder diagram, its text. Pure.
 */
#ifndef CLOSEWAIT_PAGE_TRACE_H
#define CLOSEWAIT_PAGE_TRACE_H

#include "trace/trace.h"

struct page_trace {
	const struct trace *trace;
	const char *name;    /* NULL: the experiment's */
	const char *summary; /* behind the verdict: of how many steps, in how long */
	bool assumed;        /* not run (trace_assume): there is no verdict */
	bool folded;         /* one of many, with its name: opened by whoever wants to see it */
	bool diagram;        /* with the ladder diagram */
	bool introduction;   /* with what the experiment begins with */
	bool inner;          /* inside of what is found as a whole: not found by itself */
};

/* Begins the part: its heading, the introduction, the diagram and the text. False without memory.
 */
bool page_trace_begin(const struct page_trace *part, FILE *out);

void page_trace_end(const struct page_trace *part, FILE *out);

/* Prints the diagram alone, of what is called name; the diagram, if there is to be one, with the
 * text beside it. False without memory. */
bool page_trace_diagram(const struct trace *trace, const char *name, FILE *out);
bool page_trace_columns(const struct trace *trace, const char *name, bool diagram, FILE *out);

/* Prints a trace's text as a block, the lines marked by what they are; diff: they begin with marks.
 */
void page_trace_text(const char *text, bool diff, FILE *out);

#endif
