/*
 * step: one step of an experiment, and the vocabulary (operations.def): what can be done, with
 * which arguments, and which form of result it gives. Pure: what runs an operation and what
 * predicts it stand in tables of those who do.
 */
#ifndef CLOSEWAIT_STEP_H
#define CLOSEWAIT_STEP_H

#include "language/family.h"
#include "language/payload.h"
#include "language/result.h"
#include "language/symbols.h"
#include "language/who.h"
#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>

enum argument {
	ARGUMENT_NONE,
	ARGUMENT_LENGTH,  /* bytes */
	ARGUMENT_PAYLOAD, /* bytes, or the text that is sent */
	ARGUMENT_AMOUNT,  /* bytes, or until, and the next argument is the text */
	ARGUMENT_FLAGS,   /* MSG_...; may be left out */
	ARGUMENT_PARTS,   /* the buffer's, in an iovec; may be left out: PARTS_USUAL */
	ARGUMENT_MAPPED,  /* bytes of the buffer that are there; may be left out: all */
	ARGUMENT_HOW,     /* SHUT_... */
	ARGUMENT_EVENTS,  /* POLL...; may be left out */
	ARGUMENT_SETS,    /* of select(2); may be left out: all three */
	ARGUMENT_TARGET,  /* a TCP state or poll events */
	ARGUMENT_GET,     /* a socket option that can be read */
	ARGUMENT_SET,     /* a socket option that can be set */
	ARGUMENT_VALUE,   /* the value of the option before it */
	ARGUMENT_SIGPIPE, /* what to do with SIGPIPE */
	ARGUMENT_COUNTER, /* the name of a MIB counter */
	ARGUMENT_SYSCTL,  /* the name of a sysctl of the namespace */
	ARGUMENT_TEXT,    /* a sysctl's value */
	ARGUMENT_MORE,    /* a further value of one that has several; may be left out */
	ARGUMENT_LINK,    /* up or down */
	ARGUMENT_COUNT,   /* messages in one sendmmsg(2) */
	ARGUMENT_BACKLOG, /* listen(2)'s; may be left out: BACKLOG_USUAL */
	ARGUMENT_END,     /* an end; may be left out: the listener */
	ARGUMENT_PORT,    /* an end's, or 0; may be left out: 0 */
	ARGUMENT_HOST,    /* enum host; may be left out: HOST_USUAL */
	ARGUMENT_ADDRESS, /* AF_UNSPEC, or an end; may be left out: the listener's address */
	ARGUMENT_ACTION,  /* EPOLL_CTL_... */
	ARGUMENT_EPOLL,   /* EPOLL...; may be left out */
	ARGUMENT_COMMAND, /* fcntl(2)'s */
	ARGUMENT_FILE,    /* O_... */
	ARGUMENT_TIME,    /* milliseconds */
	ARGUMENT_WAY,     /* '>' from the client, '<' to it */
	ARGUMENT_SEGMENT, /* its flags, as tcpdump has them */
	ARGUMENT_NUMBER,  /* enum sequence; may be left out: SEQUENCE_EXACT */
	ARGUMENT_ANSWER,  /* drop or reset: what a middlebox does */
	ARGUMENT_KINDS
};

enum {
	STEP_ARGUMENTS = 4,
	LENGTH_LIMIT = 1 << 30, /* bytes in one call */
	PIPE_LIMIT = 1 << 20,   /* and of those that come through a pipe: pipe-max-size */
	PARTS_USUAL = 2,        /* of a buffer, where the step does not say how many */
	PARTS_LIMIT = 1025,     /* of a buffer: one more than any call takes (IOV_MAX) */
	MESSAGE_LIMIT = 64,     /* messages in one call */
	BACKLOG_USUAL = 16,     /* of listen(2), where the step does not say it */
	DUPLICATES = 4,         /* of an end's descriptor, by dup(2) */
	DELAY_LIMIT = 10000,    /* milliseconds that a packet is on its way */
};

enum operation_id {
#define OPERATION(id, ...) OP_##id,
#define NAMESPACE_OPERATION(id, ...) OP_##id,
#include "language/operations.def"
	OPERATION_COUNT
};

/* What is to be known of an operation by those who neither run nor predict it. */
enum operation_flags {
	MAY_BLOCK = 1,    /* may be started in the background, with '&' */
	ENDS_PROCESS = 2, /* ends the server's process; only a step of the server */
	OF_TCP = 4,       /* looks at TCP's state: says nothing on a family without one */
	SENDS = 8,        /* may fail with EPIPE and raise SIGPIPE */
	RECEIVES = 16,    /* may take what stands in the receive queue */
	THROUGH_VFS = 32, /* a length of 0 is answered before the socket is asked */
	LOOKS = 64,       /* changes nothing between the two ends */
	MAY_RESET = 128,  /* may make the kernel send a RST */
	CHANGES_LISTENER =
		256,        /* on a listening socket: what accepted sockets inherit, or its state */
	OF_NAMESPACE = 512, /* of the namespace that both ends are in */
	BY_URING = 1024,    /* made by io_uring, in a thread that ends with the call */
	THROUGH_NETWORK = 4096, /* the experiment runs through a network between the ends */
};

struct operation {
	enum operation_id id;
	const char *name;
	enum argument argument[STEP_ARGUMENTS];
	enum result_form form;
	int flags; /* enum operation_flags */
	const char *summary;
	const char *example;
};

/* By id; behind them one with a NULL name. */
extern const struct operation operations[OPERATION_COUNT + 1];

/* What an await waits for. */
enum target { TARGET_EVENTS, TARGET_STATE, TARGET_INQ, TARGET_OUTQ };

struct step {
	enum who who;
	const struct operation *operation;
	int word_count;
	char word[STEP_ARGUMENTS][WORD_LIMIT + 1]; /* the arguments as they were written */
	long number[STEP_ARGUMENTS], second;       /* and as numbers */
	const struct socket_option *option;        /* of getsockopt and setsockopt */
	enum target target;                        /* of await; number[0] is what is awaited */
	bool background;                           /* started with '&' */
	enum result_form joined; /* of join: the form of the step in the background */
};

/* The operation called name, or NULL. */
const struct operation *operation_find(const char *name);

/* Whose step begins with this word? An operation of the namespace begins with its own name. */
bool who_value(const char *text, enum who *who);

/* Of connect: AF_UNSPEC, which disconnects? */
bool step_disconnects(const struct step *step);

/* The end to whose address a step goes that connects. */
enum who step_destination(const struct step *step);

/* (argument.c) May argument i of step, whose arguments before it were read, be left out? */
bool argument_optional(const struct step *step, int i);

/* (argument.c) Reads text as argument i of step. On failure false, and expected says what was
 * expected. */
bool step_argument(struct step *step, int i, const char *text, char *expected, size_t size);

/* The number that the step has as its argument of this kind, or what it is otherwise: where none
 * was written, or the operation has none. */
long step_value(const struct step *step, enum argument kind, long otherwise);

/* The step's MSG_ flags, 0 when there are none. */
long step_flags(const struct step *step);

/* Does the step send a text, or read until one? Then payload is that, and number[0] its length, or
 * LENGTH_LIMIT of one that reads until it. */
bool step_payload(const struct step *step, struct payload *payload);

/* Is it read until TEXT? */
bool step_reads_until(const struct step *step);

/* Is it accept(2), by whichever way? Then the connection takes the listening socket's place. */
bool step_accepts(const struct step *step);

/* Is it close(2), by whichever way? */
bool step_closes(const struct step *step);

/* The end whose port bind(2) is given, or NAMESPACE: the kernel chooses one. */
enum who step_port(const struct step *step);

/* Does the step name another end by its address? */
bool step_names_end(const struct step *step);

/* May the step connect its socket: connect(2) with an address, or a send with MSG_FASTOPEN? */
bool step_connects(const struct step *step);

/* Does an end of the server that takes the step begin to do something else than to accept? */
bool step_begins(const struct step *step);

/* Which results the step can give: an option's form where it depends on the option, that of the
 * step in the background for join. */
enum result_form step_form(const struct step *step);

/* Can the step be asserted on family? One that looks at TCP's states or counts TCP's counters says
 * nothing on a family without them; MPTCP's own counters (MPTcpExt...) are counted on MPTCP, too.
 */
bool step_applies(const struct step *step, enum family family);

/* Is the step's call made by io_uring? */
bool step_is_of_uring(const struct step *step);

/* Writes "client write 6". */
void step_text(const struct step *step, char *text, size_t size);

/* (argument.c) Writes the names of the operation's arguments: "LENGTH [FLAGS]". */
void operation_usage(const struct operation *operation, char *text, size_t size);

#endif
