/*
 * counters: the namespace's MIB counters, under the names that nstat prints.
 *
 * /proc/net/snmp, /proc/net/netstat and /proc/net/mptcp's part of it are read by name, never by
 * column: kernels add counters every release.
 */
#ifndef CLOSEWAIT_COUNTERS_H
#define CLOSEWAIT_COUNTERS_H

#include <stdbool.h>
#include <stdio.h>

enum { COUNTER_NAME = 48, COUNTER_LIMIT = 400 };

struct counter {
	char name[COUNTER_NAME]; /* TcpOutRsts, TcpExtTCPAbortOnData */
	long long value;
};

struct counters {
	int count;
	struct counter counter[COUNTER_LIMIT];
};

/* Reads the counters of Tcp, TcpExt, IpExt and MPTcpExt of the calling thread's namespace. Returns
 * 0 or a negative errno. */
int counters_read(struct counters *counters);

/* Adds the counters in text, laid out as in /proc/net/netstat: a line of names, a line of values.
 */
void counters_parse(struct counters *counters, const char *text);

/* The value of the counter called name, as below; false when the kernel has none of this name. */
bool counters_value(const struct counters *counters, const char *name, long *value);

/* How far the counter called name moved from before to after; a counter of TcpExt may be named
 * without this prefix, as it is in the kernel (TCPAbortOnData). False when the kernel has none of
 * this name. */
bool counters_moved(
	const struct counters *before, const struct counters *after, const char *name, long *moved);

/* The counter that the kernel has and that is nearest to the unknown name, or NULL. */
const char *counters_nearest(const struct counters *counters, const char *name);

/* Prints every counter that moved, " NAME MOVED", but those that count octets and segments of any
 * kind. */
void counters_print_moved(const struct counters *before, const struct counters *after, FILE *out);

#endif
