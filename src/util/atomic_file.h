/*
 * atomic_file: a file that gets its name only when it is complete: a process that dies before
 * that leaves no partial file behind.
 */
#ifndef CLOSEWAIT_ATOMIC_FILE_H
#define CLOSEWAIT_ATOMIC_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct atomic_file {
	const char *name;
	char *partial;  /* NAME.partial */
	int descriptor; /* of the file without a name; -1: it is called partial */
};

/* Opens a file that is to be called name. The caller closes the stream before atomic_file_finish.
 * NULL, and errno, when it cannot be opened or there is no memory. On a file system without
 * O_TMPFILE it is called NAME.partial meanwhile. */
FILE *atomic_file_open(struct atomic_file *atomic, const char *name);

/* Gives the file its name, in place of what has it, when it is good; otherwise it is gone. Returns
 * 0 or the negative errno of linkat(2) or rename(2). */
int atomic_file_finish(struct atomic_file *atomic, bool good);

#endif
