/*
 * sysinfo: what a trace says about the machine it was recorded on, as comment lines.
 */
#ifndef CLOSEWAIT_SYSINFO_H
#define CLOSEWAIT_SYSINFO_H

#include "language/guard.h"

/* The comment lines for the calling process's network namespace: kernel release and machine,
 * congestion control, every tcp sysctl that is not at its default. *kernel is the version that
 * guards are held against. Free it. NULL with errno when /proc cannot be read or memory is short.
 */
char *sysinfo_read(struct version *kernel);

#endif
