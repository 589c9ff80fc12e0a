/*
 * sysctl: the values of the sysctls that the model knows.
 */
#ifndef CLOSEWAIT_SYSCTL_H
#define CLOSEWAIT_SYSCTL_H

#include "model/state.h"

/* Those that the kernel starts with: tcp_sk_init(). */
void sysctl_preset(struct model *m);

/* Is one of them not what it was at the start? */
bool sysctl_changed(const struct model *m);

/* May a retransmission come at other times than after 200 ms, and twice as late each time? */
bool sysctl_changes_rto(const struct model *m);

#endif
