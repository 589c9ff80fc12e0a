/*
 * call: a system call that a program made on a connection, wherever it was seen, and the step that
 * it is. Pure.
 */
#ifndef CLOSEWAIT_CALL_H
#define CLOSEWAIT_CALL_H

#include "language/payload.h"
#include "language/result.h"
#include "language/step.h"

#include <stdbool.h>
#include <stddef.h>

enum call_id {
#define CALL(name, ...) CALL_##name,
#include "calls/calls.def"
	CALL_COUNT
};

enum call_shape {
	SHAPE_PLAIN,     /* no argument of the step */
	SHAPE_CONNECT,   /* disconnects; value is the port, of an internet address */
	SHAPE_HOW,       /* flags: SHUT_... */
	SHAPE_LENGTH,    /* length, and flags: MSG_..., where the step has any */
	SHAPE_MESSAGES,  /* length of each, count, flags */
	SHAPE_EVENTS,    /* events: what poll(2) was asked for */
	SHAPE_SELECT,    /* sets: those that it was asked for in, of select_sets */
	SHAPE_EPOLL_CTL, /* flags: EPOLL_CTL_...; events */
	SHAPE_GET,       /* level, option */
	SHAPE_SET,       /* level, option, value, second */
	SHAPE_FCNTL,     /* flags: F_...; value */
	SHAPE_IOCTL,     /* flags: the request; value */
	SHAPE_BYTES,     /* it moves bytes of the connection, and the vocabulary lacks it */
	SHAPE_OTHER,     /* the vocabulary lacks it */
};

/* What the arguments and the answer of a call say, as far as the connection is concerned. Which
 * fields are meant, its shape says. */
struct call {
	enum call_id id;
	int fd;                    /* the connection's descriptor, among the arguments */
	unsigned long argument[6]; /* all of them, as they were passed */
	long length, count, flags;
	long level, option, value, second;
	long events, sets;
	bool disconnects; /* connect(2) to AF_UNSPEC */
	bool addressed;   /* sendto(2) with an address */
	long returned;    /* what the kernel gave: a negative errno for an error */
	long got;         /* revents, sets or epoll's events of the connection, the option's value,
			     or what an ioctl gave; where the step's result is one of these */
	long got_second;  /* of an option that is a pair */
	struct payload data; /* what a sending call sends, what a receiving one received */
	int signal;          /* SIGPIPE, when the call raised it and it was not ignored; or 0 */
};

/* The call's name in the manual, and how many arguments it has. */
const char *call_name(enum call_id id);
int call_argument_count(enum call_id id);

/* The call of this name, or CALL_COUNT. */
enum call_id call_find(const char *name);

enum call_shape call_shape(enum call_id id);

/* The operation that the call is, or OPERATION_COUNT. Of fcntl(2) and ioctl(2) it depends on the
 * command. */
enum operation_id call_operation(const struct call *call);

/* Makes the step of who that the call is. False when the vocabulary lacks it, or cannot tell it in
 * these arguments. */
bool call_step(const struct call *call, enum who who, struct step *step);

/* Of a call that is no step, and is over: may what comes after it on the connection be another than
 * without it? That of one that only looks, or that has failed, is not, unless it was to move bytes:
 * then it took the stored error. Descriptors are not looked at: who holds the socket is known
 * otherwise. */
bool call_matters(const struct call *call);

/* Does the call send bytes that the step cannot tell, because a word has no room for them, or they
 * are not known, as those of a file are not? */
bool call_is_opaque(const struct call *call, const struct step *step);

/* What the step gave, from returned and got. Descriptors are 0, as they are in experiments. */
struct result call_result(const struct call *call, const struct step *step);

/* Writes the call in strace's form: "getsockname(3, 0x7ffd1c, 0x7ffd10) = -1 EBADF". */
void call_text(const struct call *call, char *text, size_t size);

#endif
