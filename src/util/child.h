/*
 * child: what a process that is forked to serve this one does first.
 */
#ifndef CLOSEWAIT_CHILD_H
#define CLOSEWAIT_CHILD_H

#include <sys/types.h>

/* In the child: it is killed when its parent, whose id is given, dies, and ends at once when that
 * one is dead already; it is called name (15 bytes). */
void child_begin(pid_t parent, const char *name);

/* Leaves the child with these descriptors, stderr and nothing else of the parent's; standard input
 * and output lead to /dev/null. The descriptors become 3, 4 and so on, and are written back.
 * Returns 0 or a negative errno. */
int child_keep(int *descriptor, int count);

#endif
