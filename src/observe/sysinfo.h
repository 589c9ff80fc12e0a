/*
 * sysinfo: what a trace says about the machine it was recorded on, as comment lines.
 */
#ifndef CLOSEWAIT_SYSINFO_H
#define CLOSEWAIT_SYSINFO_H

#include "language/guard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What there is to say when sysinfo_read fails. */
#define KERNEL_UNKNOWN "cannot tell the kernel's version (uname(2), /proc/version)"

/* The comment lines for the calling process's network namespace: kernel release and machine,
 * congestion control, every tcp sysctl that is not at its default. *kernel is the version that
 * guards are held against. Free it. NULL with errno when /proc cannot be read or memory is short.
 */
char *sysinfo_read(struct version *kernel);

/* Reads the value of net.ipv4.NAME; false when it cannot be read. */
typedef bool sysinfo_reader(const char *name, char *value, size_t size);

/* The first of those sysctls that is not at its default, as "net.ipv4.NAME=VALUE"; false when all
 * are. */
bool sysinfo_changed_sysctl(char *text, size_t size);

/* Is the loopback interface up? True, too, when that cannot be told. */
bool sysinfo_link_is_up(void);

/* Writes the comment lines of the sysctls that are not at their default, as read has them: a
 * machine where none is at its default needs no machine to be tested. */
void sysinfo_print_sysctls(FILE *out, sysinfo_reader *read);

#endif
