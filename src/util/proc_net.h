/*
 * proc_net: the kernel's tables of a network namespace.
 */
#ifndef CLOSEWAIT_PROC_NET_H
#define CLOSEWAIT_PROC_NET_H

#include <stdio.h>

/* Opens the table called name ("tcp", "snmp") of the calling thread's network namespace. NULL with
 * errno. */
FILE *proc_net_open(const char *name);

#endif
