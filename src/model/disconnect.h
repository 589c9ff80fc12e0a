/*
 * disconnect: a socket that becomes as good as new, whichever call brings it about.
 */
#ifndef CLOSEWAIT_DISCONNECT_H
#define CLOSEWAIT_DISCONNECT_H

#include "model/state.h"

/* tcp_disconnect(), after a RST where one is needed; of a listening socket inet_csk_listen_stop().
 */
void disconnect_socket(struct model *m, int peer);

#endif
