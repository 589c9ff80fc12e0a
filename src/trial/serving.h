/*
 * serving: what is particular to a program that is the server: the script of its peer, which is a
 * client, begins when the program listens, and the connection is its own once it has accepted it.
 */
#ifndef CLOSEWAIT_SERVING_H
#define CLOSEWAIT_SERVING_H

#include "trial/state.h"

/* The task's listen(2) on the socket of its section has succeeded. If the peer can connect there,
 * and the program does not listen for it yet, the script is about this section from now on, and the
 * deadline counts from now. */
void serving_listen(struct trial *trial, struct task *task);

/* The task's accept(2) on a socket that the program listens with for the peer has given a
 * descriptor. If it is the peer's connection, the section is about that from now on. */
void serving_accept(struct trial *trial, struct task *task);

/* Is the call nothing that a step of the listening socket could tell of? Waits for connections are
 * not: an experiment connects before it accepts. */
bool serving_is_aside(const struct section *section, const struct call *call);

/* Is the connection over on the program's side, and nothing more to be expected of the peer, so
 * that only what the program does by itself remains? */
bool serving_is_served(const struct trial *trial);

/* Has the program come to rest then? */
bool serving_is_over(const struct trial *trial);

#endif
