/*
 * transit: what becomes of a segment on the network between the ends.
 */
#ifndef CLOSEWAIT_TRANSIT_H
#define CLOSEWAIT_TRANSIT_H

#include "model/state.h"

/* Which of them has these flags? False: none, or one that is not predicted. */
bool transit_kind(long flags, enum segment_kind *kind);

/* peer sends a segment of this kind: does the network lose or hold it, as a step asked? Then that
 * is done. */
bool transit_loses(struct model *m, int peer, enum segment_kind kind);

#endif
