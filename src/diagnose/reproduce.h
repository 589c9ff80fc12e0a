/*
 * reproduce: an explanation as an experiment. Pure.
 */
#ifndef CLOSEWAIT_REPRODUCE_H
#define CLOSEWAIT_REPRODUCE_H

#include "diagnose/causes.h"

enum { SHOWN_NAME = 64 }; /* bytes that a catalogue's name fits in */

/* Prints the experiment: what was seen, the acts between it, and what the results do not depend on
 * timing for; expected is what the model says, which is what was seen. */
void reproduce_print(const struct seen *seen, const struct way *way, FILE *out);

/* The experiment of the catalogue that differs least from a way; empty when there is none that can
 * be compared, or no memory. */
void reproduce_shown_by(const struct seen *seen, const struct way *way, char name[SHOWN_NAME]);

#endif
