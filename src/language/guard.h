/*
 * guard: where an expectation holds: on some families, since or before a change in the kernel.
 * Pure.
 *
 * "since 6.11 6.1.103": the first version is the mainline release that brought the change; each
 * further one is the release of an older stable series that received it. A kernel of such a series
 * is judged by that series' version, every other kernel by the mainline one.
 */
#ifndef CLOSEWAIT_GUARD_H
#define CLOSEWAIT_GUARD_H

#include "language/family.h"

#include <stdbool.h>
#include <stddef.h>

struct version {
	int major, minor, patch;
};

/* What a stack that is not Linux is held against: a Linux that has every change there is. */
extern const struct version version_newest;

enum { GUARD_VERSIONS = 8 }; /* mainline and seven stable series */

/* A change of the kernel: the mainline release that brought it, and the releases of older stable
 * series that received it, too. */
struct change {
	int version_count; /* 0: none */
	struct version version[GUARD_VERSIONS];
};

struct guard {
	unsigned families; /* bit 1 << enum family; 0: all */
	struct change since, before;
};

/* Reads "6.11" or "6.1.103"; false when text is no version. */
bool version_parse(const char *text, struct version *version);

/* The version of the kernel that /proc/version's text describes: Debian's own ("Debian 6.1.176-1"),
 * which its release string hides, or else the release's. False when there is none. */
bool version_of_kernel(const char *proc_version, struct version *version);

/* Is it a version before mainline's major.minor? */
bool version_before(struct version v, int major, int minor);

/* Does guard hold for family on kernel? */
bool guard_holds(const struct guard *guard, enum family family, struct version kernel);

/* Is there a kernel that programs of today run on, glibc's oldest (3.2) or a later one, on which
 * guard holds? */
bool guard_can_hold(const struct guard *guard);

/* Could both hold at once? Decided by trying every kernel at which either answer can change. */
bool guards_overlap(const struct guard *a, const struct guard *b);

/* Writes "tcp6 since 6.11 6.1.103 before 7.0"; nothing for a guard that always holds. */
void guard_text(const struct guard *guard, char *text, size_t size);

#endif
