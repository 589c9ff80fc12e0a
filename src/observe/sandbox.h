/*
 * sandbox: a network namespace of the run's own, and the steps that act on the namespace as a
 * whole.
 *
 * Loopback is up, ports, sysctls and counters are the run's own, and none of the host's traffic
 * is seen. Another process of the same user may enter it (setns(2)): it is no protection against
 * that. It needs no root: without CAP_SYS_ADMIN a user namespace is made
 * around it. The kernel removes both when the last process in them ends.
 */
#ifndef CLOSEWAIT_SANDBOX_H
#define CLOSEWAIT_SANDBOX_H

#include "language/step.h"
#include "observe/counters.h"
#include "observe/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SYSCTL_LIMIT = 16,
	SYSCTL_VALUE = 128
}; /* sysctls that one experiment may set; bytes in one */

/* A sysctl that an experiment changed, and what it was before. */
struct saved_sysctl {
	char name[WORD_LIMIT + 1];
	char value[SYSCTL_VALUE];
};

struct sandbox {
	bool entered; /* false: the run goes on in the host's namespace */
	bool link_down;
	struct network network;
	bool through_network; /* the experiment under way, or the last one, has the network */
	int saved_count;
	struct saved_sysctl saved[SYSCTL_LIMIT];
	struct counters before; /* of the experiment */
	struct counters now;    /* at the last count step; stale is set by any other step */
	bool stale;
};

/* Moves the calling thread into a sandbox, for good. Where there may be none, or none that works,
 * the thread stays where it is, entered is false and message says what was refused. Call it before
 * any other thread is started. */
void sandbox_enter(struct sandbox *sandbox, char *message, size_t size);

/* Begins an experiment: when counts is set, waits until no connection of the one before is left,
 * and reads the counters that count steps are held against. deadline in CLOCK_MONOTONIC
 * nanoseconds. Returns 0, -ETIMEDOUT, or the negative errno of counters_read. */
int sandbox_begin(struct sandbox *sandbox, bool counts, int64_t deadline);

/* Ends it: puts back the sysctls and the link. */
void sandbox_end(struct sandbox *sandbox);

/* Runs a step of the namespace, or of the network between the ends: gives what its call returned.
 * RESULT_NONE: this kernel has no such counter. */
void sandbox_run(struct sandbox *sandbox, const struct step *step, struct result *result);

#endif
