/*
 * handshake: what the answer to a SYN makes of the client and the listening socket.
 */
#ifndef CLOSEWAIT_HANDSHAKE_H
#define CLOSEWAIT_HANDSHAKE_H

#include "model/state.h"

/* The SYN of client is answered: the connection is established, and stands in the listening
 * socket's queue; or it is refused, when nobody listens. */
void handshake_answer(struct model *m, struct peer *client);

#endif
