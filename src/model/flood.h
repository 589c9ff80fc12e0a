/*
 * flood: more was sent than the other end's receive queue surely takes, and how much is known: what
 * does not stand there stands in the send queue, and follows as it is read. Where it stands decides
 * much that cannot be predicted until all of it was read; what cannot be otherwise is.
 */
#ifndef CLOSEWAIT_FLOOD_H
#define CLOSEWAIT_FLOOD_H

#include "model/state.h"

/* Is it known what becomes of a flood that the step brings about? */
bool flood_can_begin(const struct model *m, const struct step *step);

/* The step sends length bytes, for which there surely is no room at the other end. What surely
 * fits into the send buffer is taken; a call that waits for room, in the background, is over when
 * all was read, at the latest; one that does not may take a part. */
void flood_send(
	struct model *m, const struct step *step, long length, bool waits, struct prediction *p);

/* Does what a step answers, or makes of its connection, depend on where the bytes are? */
bool flood_hides(const struct model *m, const struct step *step);

/* Peer is closed: nobody will read it, and how much of it had come is not known. */
void flood_drop(struct model *m, int peer);

/* A call that receives some of it: tcp_recvmsg_locked(). */
void flood_receive(struct model *m, const struct step *step, struct prediction *p);

/* Does a flood stand before who's end of its connection, or before the other one? */
bool flood_is_at(const struct model *m, enum who who);

#endif
