/*
 * timer: what time alone brings about.
 */
#ifndef CLOSEWAIT_TIMER_H
#define CLOSEWAIT_TIMER_H

#include "model/state.h"

/* Lets every timer that is due soon expire: delayed acknowledgements arrive, held-back data is
 * sent. */
void timer_let_pass(struct model *m);

/* Does a timer of who's end the connection, because nothing is answered? It does if it was made
 * short enough to wait for. */
bool timer_ends_connection(struct model *m, enum who who);

#endif
