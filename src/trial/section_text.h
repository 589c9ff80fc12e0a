/*
 * section_text: a section as an experiment, and as the trace of its run. Pure in what it does: the
 * model is asked, and nobody else.
 */
#ifndef CLOSEWAIT_SECTION_TEXT_H
#define CLOSEWAIT_SECTION_TEXT_H

#include "trace/trace.h"
#include "trial/state.h"

/* A trace with its experiment, whose name and text it keeps. */
struct section_trace {
	struct experiment *experiment;
	struct trace *trace;
};

/* Makes the trace of a section of trial, judged: what the model predicts otherwise than the kernel
 * answered is a deviation. introduction is what the text begins with, comment lines. False without
 * memory, or after a message when the text does not parse, which is closewait's mistake. */
bool section_trace_make(struct section_trace *made, const struct trial *trial,
	const struct section *section, const char *introduction);

void section_trace_free(struct section_trace *made);

#endif
