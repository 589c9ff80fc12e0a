/*
 * kthreads: do the kernel's own threads get processor time? Some effects of a step are carried
 * out by kernel threads, which are scheduled like any other: ksoftirqd on a busy processor, and the
 * kworkers in which MPTCP closes.
 */
#ifndef CLOSEWAIT_KTHREADS_H
#define CLOSEWAIT_KTHREADS_H

#include <stdbool.h>
#include <stddef.h>

/* Is there a kernel thread, of nice 0 or less, that is runnable but has not run for a tenth of a
 * second? Its name goes to name. Looks below directory, "/proc" but in a test. False, too, where
 * the threads are not to be seen (hidepid, a PID namespace), or a kernel keeps no schedstat
 * (CONFIG_SCHED_INFO). */
bool kthreads_starved(const char *directory, char *name, size_t size);

#endif
