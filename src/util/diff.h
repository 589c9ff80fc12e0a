/*
 * diff: two texts line by line. Pure.
 */
#ifndef CLOSEWAIT_DIFF_H
#define CLOSEWAIT_DIFF_H

/* NULL with errno 0 when a and b are the same; otherwise, for free(3), every line of both, marked
 * '-' when it is only in a, '+' when it is only in b and ' ' when it is in both. NULL with errno
 * ENOMEM without memory. Takes time and memory with the product of the numbers of lines: for
 * traces, not for files of any size. */
char *diff_lines(const char *a, const char *b);

#endif
