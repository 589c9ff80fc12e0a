/*
 * until: read until TEXT, the one call of the vocabulary that is several: recv(2) with MSG_PEEK,
 * and read(2) of what that has shown, again and again.
 *
 * It never reads more than up to the end of the first occurrence of the text, so that the next step
 * finds what stands behind it. The text has to come in what this step reads: what an earlier step
 * read of it does not count. The calls wait, or do not, as any read(2) of that descriptor. On a
 * socket that keeps messages apart, read(2) drops the rest of one; with SO_PEEK_OFF set, what is
 * looked at is not what is read.
 */
#ifndef CLOSEWAIT_UNTIL_H
#define CLOSEWAIT_UNTIL_H

#include "language/result.h"
#include "language/step.h"

/* Reads from fd until the step's text. The result is how many bytes were read in all, up to the end
 * of the text or, when that comes before it, of the stream; or the error that ended it, whatever
 * was read until then. */
void until_read(int fd, const struct step *step, struct result *result);

#endif
