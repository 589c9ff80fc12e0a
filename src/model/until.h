/*
 * until: read until TEXT, which is several calls (endpoint/until.h).
 */
#ifndef CLOSEWAIT_MODEL_UNTIL_H
#define CLOSEWAIT_MODEL_UNTIL_H

#include "model/state.h"

/* What it gives on a socket that does not listen. */
void until_receive(struct model *m, const struct step *step, struct prediction *p);

#endif
