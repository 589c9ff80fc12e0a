/*
 * ladder: a trace as a ladder diagram, laid out: the lifelines of its ends side by side, time going
 * down, as marks with coordinates. Pure: who draws them (ladder_svg.c) decides nothing.
 *
 * A call stands beside its end's lifeline, a packet is an arrow between two of them, a lifeline is
 * coloured by the TCP state, whose name stands where it begins.
 */
#ifndef CLOSEWAIT_LADDER_H
#define CLOSEWAIT_LADDER_H

#include "page/ladder_mark.h"
#include "trace/trace.h"

/* Lays the trace out. NULL without memory. */
struct ladder *ladder_new(const struct trace *trace);

void ladder_free(struct ladder *ladder);

#endif
