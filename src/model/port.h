/*
 * port: which sockets are bound to which port, and whether one more can be: struct
 * inet_bind_bucket. A port is a number of the model's own. Pure.
 */
#ifndef CLOSEWAIT_PORT_H
#define CLOSEWAIT_PORT_H

#include "model/state.h"

/* The listening socket's port, which it was bound to by its number, with SO_REUSEADDR. */
void port_preset(struct model *m);

/* Remembers which port the end has after its step: bind(2) may name it. */
void port_note(struct model *m, enum who who);

/* inet_autobind(), inet_hash_connect(): a socket without a port gets one. */
void port_choose(struct model *m, int index);

/* tcp_set_state(), TCP_CLOSE: the port goes, unless it was named. A time-wait entry keeps it. */
void port_release(struct peer *peer);

/* The socket's time-wait entry, if it has one, is not modelled any further. */
void port_forget(struct model *m, const struct peer *peer);

/* inet_csk_bind_conflict(): does another socket, or a time-wait entry, keep this one from the port?
 */
bool port_conflicts(const struct model *m, int index, int port);

/* Has any socket or time-wait entry but this socket the port? */
bool port_is_used(const struct model *m, int index, int port);

/* The socket that listens at the port, or NOBODY; *count becomes how many do. */
int port_listener(const struct model *m, int port, int *count);

#endif
