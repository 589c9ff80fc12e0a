/*
 * queue: the connections that stand in a listening socket's queue until accept(2) takes them:
 * struct request_sock_queue.
 */
#ifndef CLOSEWAIT_QUEUE_H
#define CLOSEWAIT_QUEUE_H

#include "model/state.h"

/* A socket for another connection in the queue of listener; NOBODY when more are not modelled. */
int queue_add(struct model *m, int listener);

/* The connection that accept(2) takes next; NOBODY: none waits. */
int queue_first(const struct model *m, int listener);

/* May another connection be queued? sk_acceptq_is_full(): one more than the backlog. */
bool queue_has_room(const struct model *m, int listener);

/* Does a request wait for data in any queue? */
bool queue_has_request(const struct model *m);

/* Does something stand in the queue, if only a request that waits for data? */
bool queue_is_used(const struct model *m, int listener);

/* The connection leaves the queue, and is socket index from now on. */
void queue_take(struct model *m, int queued, int index);

/* Does socket index stand in the queue? */
bool queue_holds(const struct model *m, int listener, int index);

#endif
