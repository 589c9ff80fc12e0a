/*
 * catalog: the experiments and the reference texts that are built into the program.
 */
#ifndef CLOSEWAIT_CATALOG_H
#define CLOSEWAIT_CATALOG_H

#include "language/experiment.h"
#include "util/message.h"

/* A file of src/catalog or src/help, or a style sheet or script of src/page. */
struct text {
	const char *name; /* without directory and extension */
	const char *kind; /* the extension: "trace", "peer", "txt", "schema", "css" or "js" */
	const char *text;
};

extern const struct text texts[]; /* sorted by name within a kind; ends with a NULL name */

/* The text of a kind called name, or NULL. */
const char *catalog_text(const char *kind, const char *name);

/* The text of the experiment called name: of the catalogue, or else of the file name, or of
 * standard input for "-"; *size bytes, of which at most one more than FILE_LIMIT; free it. On
 * failure NULL, *status is an exit status and a message went to stderr. */
char *catalog_find(const char *name, size_t *size, enum status *status);

/* Parses the text that catalog_find finds. On failure NULL, *status is an exit status and a message
 * went to stderr. */
struct experiment *catalog_load(const char *name, enum status *status);

/* The text of the file name, or of standard input for "-", FILE_LIMIT bytes at most; free it. On
 * failure NULL, *status is an exit status and a message went to stderr. */
char *catalog_read(const char *name, enum status *status);

/* Opens the file name, a regular one or a FIFO, or standard input for "-": a descriptor to read
 * from and to close. kind is what of the catalogue the name may have been meant for, which a
 * message offers where there is no such file; NULL: nothing. On failure -1, *status is an exit
 * status and a message went to stderr. */
int catalog_open(const char *kind, const char *name, enum status *status);

/* As catalog_load, an experiment that is to be played from its first line to its last: of a
 * recorded trace that cannot be (language/replay.h) the messages say which lines are in the way,
 * and *status is STATUS_MISUSE. */
struct experiment *catalog_load_whole(const char *name, enum status *status);

/* As catalog_load, a peer's script for closewait try: the catalogue's "peer-NAME", or, of the peers
 * that are clients, "peer-client-NAME", which may be called by NAME alone where the peer is of that
 * side; or a file. */
struct experiment *catalog_load_peer(const char *name, enum who side, enum status *status);

#endif
