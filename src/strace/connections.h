/*
 * connections: the connections that a log's descriptors stand for, and how many there are. Pure.
 */
#ifndef CLOSEWAIT_CONNECTIONS_H
#define CLOSEWAIT_CONNECTIONS_H

#include "strace/log_connection.h"
#include "strace/processes.h"

enum {
	LOG_CONNECTIONS = 64, /* connections with an error that are kept */
	LOG_OPEN = 4096,      /* connections that are open at once */
	LOG_UNKNOWN = 8,      /* lines that were not understood, whose numbers are kept */
};

struct log_totals {
	long lines, calls, connections, dropped; /* dropped: more failed than are kept */
	long unknown, unknown_line[LOG_UNKNOWN]; /* lines that were not understood */
	long lacking;    /* calls on connections that the vocabulary lacks */
	long beyond;     /* connections beyond LOG_OPEN, not followed */
	long orphans;    /* processes whose beginning is not in the log, though others are */
	long crowd;      /* lines of processes beyond PROCESS_LIMIT, not followed */
	long uring_line; /* the first io_uring_setup(2); 0: none */
	long unlike;     /* events of epoll that no connection can be told by */
};

struct follower {
	struct log_totals totals;
	int count, failed;
	struct log_connection *connection[LOG_OPEN]; /* open ones, and those that are kept */
	bool enough;                                 /* there was memory */
	const struct processes *processes;           /* all of them */
	/* of the line that is read */
	struct process *process;
	struct span first;              /* its first argument, with what -y tells of it */
	struct log_connection *resumed; /* the connection that a call was under way on, which this
					   line ends; or NULL */
	int flight;                     /* as of log_connection_begin() */
	const char *result;             /* behind the '=' */
};

/* A connection of a descriptor of the process whose line is read. One of PROOF_NONE does not count
 * yet. NULL beyond LOG_OPEN, which is counted, or without memory, which *follower says. */
struct log_connection *connections_begin(
	struct follower *follower, int fd, enum who who, enum log_proof proof);

/* It is one: from here on it counts. */
void connections_prove(
	struct follower *follower, struct log_connection *connection, enum log_proof proof);

/* What a descriptor of a process stands for; NULL when nothing is known of it, or it is no stream
 * socket, which the second tells. */
struct log_connection *connections_of(const struct process *process, int fd);
bool connections_is_other(const struct process *process, int fd);

/* Lets a descriptor of the process whose line is read stand for something new, as whose descriptor
 * it is counted already; or for something that is no stream socket. False without memory, or when
 * it is no descriptor. */
bool connections_set(struct follower *follower, int fd, struct log_connection *connection);
void connections_set_other(struct follower *follower, int fd);

/* Lets descriptor to stand for what from does, too: dup(2), dup2(2), fcntl(2) F_DUPFD. */
void connections_duplicate(struct follower *follower, int from, int to);

/* One more descriptor stands for what another does, or a call is under way on it; and one less. */
void connections_take(void *what);
void connections_leave(void *what, void *follower);

#endif
