/*
 * section_fate: what a program made of the errors of a connection, told by its calls. Pure.
 */
#ifndef CLOSEWAIT_SECTION_FATE_H
#define CLOSEWAIT_SECTION_FATE_H

#include "trial/section.h"

/* A call on the connection is over. */
void section_fate_keep(struct section_fate *fate, const struct call *call);

#endif
