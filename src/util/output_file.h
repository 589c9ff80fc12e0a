/*
 * output_file: a file for results, under a name that the user gave.
 *
 * A name that is missing, or a regular file of the caller's own, gets the new contents at once and
 * whole: a process that dies before leaves the old file and nothing else. Anything else (a device,
 * a FIFO, a symbolic link, a file with a second link or of another owner) is opened and written
 * into, as a shell's '>' does; "-" is standard output.
 */
#ifndef CLOSEWAIT_OUTPUT_FILE_H
#define CLOSEWAIT_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct output_file {
	const char *name;
	char *temporary; /* the file's name until it is complete; NULL: it has none, or its own */
	int nameless;    /* a descriptor of the file that has no name yet (O_TMPFILE), or -1 */
};

/* Opens the file to be called name. The caller closes the stream before output_file_finish. Opening
 * a FIFO waits for its reader. NULL, and errno as open(2), malloc(3), fchmod(2) or dup(2) set it.
 * On a file system without O_TMPFILE the file is called NAME.XXXXXX meanwhile. */
FILE *output_file_open(struct output_file *file, const char *name);

/* With good, the file gets its name, in place of the one that has it; otherwise what was not
 * written directly is discarded. Returns 0 or the negative errno of linkat(2) or rename(2). */
int output_file_finish(struct output_file *file, bool good);

#endif
