/*
 * strace_log: the connections of a strace log, followed line by line: over fork, dup and close, in
 * memory that does not grow with the log. Pure.
 *
 * Of each connection the last calls are kept, as the text of an experiment's steps. One that is
 * closed without an error is dropped, and counted. Only what a log says is taken: SIGPIPE is not,
 * for strace shows it even where it is ignored.
 */
#ifndef CLOSEWAIT_STRACE_LOG_H
#define CLOSEWAIT_STRACE_LOG_H

#include "language/step.h"

#include <stdio.h>

enum {
	LOG_CALLS = 32,       /* calls of a connection that are kept, */
	LOG_STEP = 128,       /* bytes of the text of each */
	LOG_CONNECTIONS = 64, /* connections with an error that are kept */
	LOG_OPEN = 4096,      /* connections that are open at once */
	LOG_UNKNOWN = 8,      /* lines that were not understood, whose numbers are kept */
	LOG_LENGTH = 256,     /* bytes in a call: more stand as so many */
};

struct log_connection {
	long number;                           /* from 1, in the order in which they began */
	long pid;                              /* that began it; 0: not told */
	int fd;                                /* its first descriptor */
	long begin_line, error_line, end_line; /* 0: none */
	enum who who;
	bool whole;    /* the log has it from its beginning */
	bool modelled; /* of plain TCP, as far as the log says */
	bool listens;
	char about[96];       /* what the log says of it: addresses */
	char error[LOG_STEP]; /* the first call that failed because of the connection's end, or gave
				 end of file where nothing had come */
	int references;       /* descriptors that stand for it */
	long received;        /* bytes */
	long count;           /* of calls */
	char step[LOG_CALLS][LOG_STEP]; /* call i stands at i % LOG_CALLS */
	bool shortened;                 /* lengths were */
};

struct strace_log;

struct log_totals {
	long lines, calls, connections, dropped; /* dropped: more failed than are kept */
	long unknown, unknown_line[LOG_UNKNOWN]; /* lines that were not understood */
	long lacking; /* calls on connections that the vocabulary lacks */
	long beyond;  /* connections beyond LOG_OPEN, not followed */
};

/* NULL without memory. */
struct strace_log *strace_log_new(void);
void strace_log_free(struct strace_log *log);

/* Takes a line, without its newline. False without memory. */
bool strace_log_feed(struct strace_log *log, const char *line);

const struct log_totals *strace_log_totals(const struct strace_log *log);

/* The connections that are kept, those with an error first, each in the order of their lines; NULL
 * behind the last. */
const struct log_connection *strace_log_connection(const struct strace_log *log, int i);

/* Prints the calls that are kept as steps, a line each. */
void log_connection_print(const struct log_connection *connection, FILE *out);

#endif
