/*
 * settle: what stands behind a step so that the results of those after it do not depend on timing:
 * whatever the step brought about, at either end, as the model has it. Pure.
 */
#ifndef CLOSEWAIT_SETTLE_H
#define CLOSEWAIT_SETTLE_H

#include "model/model.h"

enum { SETTLE_AWAITS = 2 }; /* of one side after a step */

/* What of a side can be waited for. */
struct view {
	int state;
	long events, unread;
	bool open;
};

struct view settle_look(const struct model *m, enum who who);

/* The awaits that see a side go from one view to another, up to SETTLE_AWAITS; how many there are.
 * What becomes of an orphan shows at the other end, or if that is closed, too, when it is gone. */
int settle_awaits(
	enum who who, struct view from, struct view to, bool other_open, struct step *step);

/* Does who's end await an acknowledgement? Then true, and *step waits for it. */
bool settle_acknowledgement(const struct model *m, enum who who, struct step *step);

/* How many of enum who the experiment has. */
int settle_ends(const struct model *m);

/* A view of each of them. */
void settle_look_at_all(const struct model *m, struct view view[ENDS]);

/* settle_awaits() of who in such views. */
int settle_awaits_of(const struct model *m, enum who who, const struct view from[ENDS],
	const struct view to[ENDS], struct step *step);

/* The join of a side's step in the background, which there must be. */
struct step settle_join(const struct model *m, enum who who);

/* Has the model a certain answer, so that the step can be held against the kernel? */
bool settle_is_certain(const struct model *m, const struct prediction *p);

#endif
