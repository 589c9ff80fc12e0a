/*
 * log_ends: the addresses of a connection's ends, from whatever a log says of them: -yy's
 * decoration, and the addresses that connect, accept, getsockname, getpeername and bind show. Pure.
 */
#ifndef CLOSEWAIT_LOG_ENDS_H
#define CLOSEWAIT_LOG_ENDS_H

#include "language/tcp_address.h"
#include "strace/strace_arguments.h"

struct log_ends {
	struct tcp_address local, remote;
};

/* Takes -yy's decoration: "TCP:[192.0.2.1:80->192.0.2.2:5]", "TCPv6:[[::1]:80->[::1]:5]"; what is
 * none changes nothing. */
void log_ends_note(struct log_ends *ends, struct span about);

/* Takes the address among the arguments of the call name. */
void log_ends_take(struct log_ends *ends, const char *name, struct span arguments);

#endif
