/*
 * log_connection: what is kept of a connection of a strace log: its last calls, as the text of an
 * experiment's steps, and how it ended. Pure.
 *
 * Only what a log says is taken: SIGPIPE is not, for strace shows it even where it is ignored.
 */
#ifndef CLOSEWAIT_LOG_CONNECTION_H
#define CLOSEWAIT_LOG_CONNECTION_H

#include "calls/call.h"
#include "strace/log_ends.h"

#include <stdio.h>

enum {
	LOG_CALLS = 32,   /* calls of a connection that are kept: the last, */
	LOG_AFTER = 8,    /* up to so many behind the first that failed, */
	LOG_STEP = 128,   /* bytes of the text of each */
	LOG_LENGTH = 256, /* bytes in a call: more stand as so many */
	LOG_FLIGHTS = 8,  /* calls of threads that are under way at once, whose places are kept */
};

/* How sure it is that a descriptor is a stream socket's. */
enum log_proof {
	PROOF_LOG,  /* its socket(2) is in the log, or -yy shows it */
	PROOF_CALL, /* it was there before, and a call or an error was a socket's: it may be one of
		       another kind */
	PROOF_NONE, /* it was there before, and may be anything */
};

/* A call that has begun, and has not returned. */
struct flight {
	bool there;
	long at; /* so many calls had been made before it */
};

struct log_connection {
	long number;                           /* from 1, in the order in which they began */
	long pid;                              /* that began it; 0: not told */
	int fd;                                /* its first descriptor */
	long begin_line, error_line, end_line; /* 0: none */
	enum who who;
	enum family family; /* as far as the log says */
	enum log_proof proof;
	bool whole; /* the log has it from its beginning */
	bool listens;
	char about[96];       /* what the log says of it: addresses */
	char error[LOG_STEP]; /* the first call that failed because of the connection's end, or gave
				 end of file where nothing had come */
	int references;       /* descriptors that stand for it, and calls that are under way */
	int under_way;        /* of these, the calls */
	struct flight flight[LOG_FLIGHTS];
	bool watched; /* by the epoll instance epoll_fd, which tells of it by epoll_data */
	int epoll_fd;
	unsigned long epoll_data;
	struct log_ends ends;           /* their addresses, as far as the log says */
	long received, sent;            /* bytes */
	long sent_by[LOG_CALLS];        /* bytes that call i sent stand at i % LOG_CALLS */
	long count;                     /* of calls, but for those */
	long later, sent_later;         /* that come too long after the first that failed, and the
					   bytes that they sent */
	long error_at;                  /* so many had been made before that one */
	char step[LOG_CALLS][LOG_STEP]; /* call i stands at i % LOG_CALLS */
	bool shortened;                 /* lengths were */
	bool shared;                    /* with a process whose fork is not in the log */
	bool killed;                    /* SIGPIPE ended its process */
	bool hangs;                     /* a call on it had not returned when the log ended */
	long joined;                    /* behind the last join */
};

/* A call begins that does not return at once: where it began is kept under the index that is
 * returned, or -1. */
int log_connection_begin(struct log_connection *connection);

/* Adds a call that returned in line of the log; flight is as of log_connection_begin(), -1 of a
 * call that returned at once. When others were made on the connection while it was under way, it
 * stands in their background: "client read 6 &" where it began, and "client join = 6" where it
 * returned; of several that waited at once one at a time. False when the vocabulary lacks it. */
bool log_connection_add(
	struct log_connection *connection, const struct call *call, int flight, long line);

/* The log ends, and a call has not returned: "client read 1 &" where it began, unless another
 * stands in the background there. */
void log_connection_hang(struct log_connection *connection, const struct call *seen, int flight);

/* Adds a step that no call is, as "accept = 0". */
void log_connection_add_text(struct log_connection *connection, const char *text);

/* Takes what a line says of its addresses: "TCP:[192.0.2.1:80->192.0.2.2:5]". */
void log_connection_note(struct log_connection *connection, struct span about);

/* How many bytes each of the calls that are kept sent, in the order in which they are printed; and
 * before them all, or -1 when the log does not have the beginning. */
long log_connection_sent(const struct log_connection *connection, long sent[LOG_CALLS]);

/* Prints the calls that are kept as steps, a line each. */
void log_connection_print(const struct log_connection *connection, FILE *out);

#endif
