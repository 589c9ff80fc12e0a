/*
 * fastopen: TCP Fast Open (RFC 7413): a connection that begins with the first write. Pure.
 */
#ifndef CLOSEWAIT_FASTOPEN_H
#define CLOSEWAIT_FASTOPEN_H

#include "model/state.h"

/* Those of net.ipv4.tcp_fastopen's bits that change an answer */
enum { FASTOPEN_CLIENT = 1, FASTOPEN_CLIENT_NO_COOKIE = 4 };

/* Does the step's call open a connection before it sends: MSG_FASTOPEN, or a connect(2) that
 * TCP_FASTOPEN_CONNECT put off? */
bool fastopen_opens(const struct model *m, const struct step *step);

/* The step opens a connection. True when it is open and the data follows, or went with the SYN;
 * false with the answer. */
bool fastopen_open(struct model *m, const struct step *step, struct prediction *p);

/* Is connect(2) of this side put off until the first write? Then true, with the answer. */
bool fastopen_defers(struct model *m, enum who who, struct prediction *p);

/* The error of setting TCP_FASTOPEN or TCP_FASTOPEN_CONNECT now; 0 where it is set, or is another
 * option. */
int fastopen_option_error(const struct model *m, const struct step *step);

#endif
