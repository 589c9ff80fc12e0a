/*
 * close: close(2) of a socket's last reference, whichever call brings it about.
 */
#ifndef CLOSEWAIT_CLOSE_H
#define CLOSEWAIT_CLOSE_H

#include "model/state.h"

/* __tcp_close() of socket index. may_linger: SO_LINGER may make it wait; it does not when a
 * process exits. Returns the rule that says what became of the connection. */
enum rule close_socket(struct model *m, int index, bool may_linger);

/* epoll forgets a socket that is closed. */
void close_forget(struct model *m, int index);

/* The last reference to a socket is gone: closes it, and epoll forgets it. */
enum rule close_last_reference(struct model *m, int peer);

#endif
