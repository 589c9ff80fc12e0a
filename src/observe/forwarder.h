/*
 * forwarder: the network between the ends: a process that reads what each end sends from a TAP
 * device (tap.h) and hands it to the other end, or does to it what the experiment asks for.
 *
 * Both ends are in the one namespace, so that its tables, counters and sysctls are those of both.
 * Each has the near address and sees the other at the far one; what was sent from near to far is
 * handed back as from far to near. Without a step that says otherwise each frame is handed on at
 * once, in order, and whole.
 */
#ifndef CLOSEWAIT_FORWARDER_H
#define CLOSEWAIT_FORWARDER_H

#include "language/step.h"

enum { FORWARDER_RULES = 16 }; /* of drop and reorder, in one experiment */

/* What the forwarder is asked; a message each, and an answer to each. Its process is the image of
 * the one that asks: a step's pointers into its tables hold in both. */
struct forwarder_request {
	enum { FORWARDER_BEGIN, FORWARDER_STEP, FORWARDER_SETTLE } kind;
	uint16_t server_port; /* of FORWARDER_BEGIN, which forgets all that was before */
	struct step step;     /* of FORWARDER_STEP */
};

struct forwarder_answer {
	int status;       /* of FORWARDER_STEP: 0 or a negative errno */
	unsigned waiting; /* a bit each rule that no segment has met yet, in their order */
};

/* Forwards until the other end of control is closed. FORWARDER_SETTLE is answered when everything
 * that was sent before is delivered, lost or held back. */
void forwarder_serve(int control, int tap);

#endif
