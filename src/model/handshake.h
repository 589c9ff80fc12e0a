/*
 * handshake: what the answer to a SYN makes of the client and the listening socket.
 */
#ifndef CLOSEWAIT_HANDSHAKE_H
#define CLOSEWAIT_HANDSHAKE_H

#include "model/state.h"

#include <stdbool.h>

/* The SYN of socket client is answered: the connection is established, and stands in the queue of
 * the listening socket; or it is refused, when nobody listens; or it is dropped, when that queue is
 * full: then false. */
bool handshake_answer(struct model *m, int client);

#endif
