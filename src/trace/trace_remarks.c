#include "trace/trace_remarks.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
	const struct trace_remark *left = a, *right = b;

	return left->time < right->time ? -1 : left->time > right->time;
}

void trace_remarks_collect(struct trace_remarks *r, const struct trace *t)
{
	size_t room = (size_t)t->capture_count + (size_t)t->event_count + 1;

	*r = (struct trace_remarks){.remark = calloc(room, sizeof *r->remark)};
	if (!r->remark)
		return;
	for (int i = 0; i < t->capture_count; i++)
		if (t->capture_expected[i] < 0)
			r->remark[r->count++] =
				(struct trace_remark){.time = t->capture[i].time, .capture = i};
	for (int i = 0; i < t->event_count; i++)
		r->remark[r->count++] =
			(struct trace_remark){.time = t->event[i].time, .event = &t->event[i]};
	qsort(r->remark, (size_t)r->count, sizeof *r->remark, by_time);
}

const struct trace_remark *trace_remarks_next(struct trace_remarks *r, int64_t time)
{
	if (r->taken == r->count || r->remark[r->taken].time >= time)
		return NULL;
	return &r->remark[r->taken++];
}

void trace_remarks_free(struct trace_remarks *r)
{
	free(r->remark);
}
