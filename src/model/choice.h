/*
 * choice: what the kernel, or chance, decides, and a program cannot know: whose retransmission is
 * the first, whether an acknowledgement went before the link did.
 *
 * A rule asks, and is answered no at first. Whoever wants to know what else can be (worlds.h) lets
 * the step be taken again, with other answers.
 */
#ifndef CLOSEWAIT_CHOICE_H
#define CLOSEWAIT_CHOICE_H

#include <stdbool.h>

/* The answers to the questions of one step, in their order. */
struct choices {
	unsigned answers; /* a bit each */
	int asked;
};

enum { CHOICES_LIMIT = 6 }; /* of a step */

/* Does it go the other way? */
bool choices_ask(struct choices *choices);

/* The answers to try after these: the last question that was answered no is answered yes, and the
 * further ones are open again. False when all were tried, or there are too many to try. */
bool choices_next(struct choices *choices);

#endif
