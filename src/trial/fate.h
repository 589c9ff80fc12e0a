/*
 * fate: what became of a program, in words. Pure.
 */
#ifndef CLOSEWAIT_FATE_H
#define CLOSEWAIT_FATE_H

#include "trial/state.h"

#include <stdio.h>

/* A few words for a table: "exit status 1", "killed by SIGPIPE", "waits in read". */
void fate_word(const struct trial *trial, char *text, size_t size);

/* Its first error in a table: "write EPIPE"; "-" when no call failed. */
void fate_error(const struct trial *trial, char *text, size_t size);

/* Calls on connections to the peer, and how many there were of these. */
long fate_calls(const struct trial *trial);
int fate_connections(const struct trial *trial);

/* Prints all there is to say, a comment line each. */
void fate_print(const struct trial *trial, FILE *out);

#endif
