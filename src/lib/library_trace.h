/*
 * library_trace: a trace as the library gives it away: whole, with everything in it as text.
 */
#ifndef CLOSEWAIT_LIBRARY_TRACE_H
#define CLOSEWAIT_LIBRARY_TRACE_H

#include "lib/closewait.h"
#include "trace/trace.h"

#define PUBLIC __attribute__((visibility("default")))

/* What a struct closewait_step points to. */
struct step_texts {
	char text[LINE_LIMIT + 1];
	char observed[RESULT_TEXT], expected[RESULT_TEXT], predicted[RESULT_TEXT];
	char data[RESULT_TEXT];
};

struct closewait_trace {
	struct experiment *experiment;
	struct trace *trace;
	char *context, *text;
	char kernel[48];
	struct step_texts *step;     /* one for each step */
	char (*packet)[PACKET_TEXT]; /* one for each packet */
};

/* An empty trace, which the experiment belongs to from here on, whatever happens; NULL: there was
 * no memory for it. NULL without memory. */
struct closewait_trace *library_trace_new(
	struct experiment *experiment, enum family family, struct version kernel);

/* After the run: prints all texts; context is copied. False without memory. */
bool library_trace_finish(struct closewait_trace *t, const char *context);

#endif
