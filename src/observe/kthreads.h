/*
 * kthreads: does the kernel itself get a processor? Some of what a step brings about is done by
 * threads of the kernel's, which wait for their turn as others do: ksoftirqd on a busy processor,
 * and the kworkers in which MPTCP closes.
 */
#ifndef CLOSEWAIT_KTHREADS_H
#define CLOSEWAIT_KTHREADS_H

#include <stdbool.h>
#include <stddef.h>

/* Is there a thread of the kernel's, of nice 0 or less, that is ready to run and does not, for a
 * tenth of a second? Its name goes to name. Looks below directory, "/proc" but in a test. False,
 * too, where the threads are not to be seen (hidepid, a PID namespace), or a kernel keeps no
 * schedstat (CONFIG_SCHED_INFO). */
bool kthreads_starved(const char *directory, char *name, size_t size);

#endif
