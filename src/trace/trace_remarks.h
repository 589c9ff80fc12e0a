/*
 * trace_remarks: what was seen in a run that no line of the experiment stands for, packets and
 * events of the kernel's, by time. Pure.
 */
#ifndef CLOSEWAIT_TRACE_REMARKS_H
#define CLOSEWAIT_TRACE_REMARKS_H

#include "trace/trace.h"

struct trace_remark {
	int64_t time;
	const struct event *event; /* or else */
	int capture;               /* the packet's index */
};

struct trace_remarks {
	struct trace_remark *remark;
	int count, taken;
};

/* Collects those of trace, which has to outlive them; none when memory is short. */
void trace_remarks_collect(struct trace_remarks *remarks, const struct trace *trace);

/* The next that was not taken yet and was seen before time; NULL: none. */
const struct trace_remark *trace_remarks_next(struct trace_remarks *remarks, int64_t time);

void trace_remarks_free(struct trace_remarks *remarks);

#endif
