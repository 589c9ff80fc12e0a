/*
 * machine: what Linux answers to each step, without asking it.
 *
 * A small executable specification of one TCP connection over loopback: RFC 9293's states on both
 * ends and, beside them, what Linux keeps and RFC 9293 does not: sk_err, the two shutdown bits,
 * SOCK_DONE. Segments arrive at once, as they do over loopback when steps wait for each other.
 * Pure: no system call, no global state; the same steps give the same answers. What it cannot know
 * it answers "unknown".
 */
#ifndef CLOSEWAIT_MACHINE_H
#define CLOSEWAIT_MACHINE_H

#include "peer.h"
#include "result.h"
#include "step.h"

#include <stdbool.h>

/* The rules by which a prediction is made; each names the kernel function that it mirrors. */
enum rule {
	RULE_NONE,
	RULE_BAD_DESCRIPTOR,
	RULE_SEND_NOT_CONNECTED,
	RULE_SEND_STORED_ERROR,
	RULE_SEND_SHUT,
	RULE_SEND_QUEUED,
	RULE_SEND_ANSWERED_RST,
	RULE_RECEIVE_QUEUED,
	RULE_RECEIVE_PARTIAL,
	RULE_RECEIVE_DONE,
	RULE_RECEIVE_STORED_ERROR,
	RULE_RECEIVE_SHUT,
	RULE_RECEIVE_NOT_CONNECTED,
	RULE_RECEIVE_EMPTY,
	RULE_RECEIVE_BLOCKS,
	RULE_READ_ZERO,
	RULE_CONNECT,
	RULE_CONNECT_REFUSED,
	RULE_CONNECT_CONNECTED,
	RULE_ACCEPT,
	RULE_ACCEPT_BLOCKS,
	RULE_ACCEPT_NOT_LISTENING,
	RULE_CLOSE_FIN,
	RULE_CLOSE_AGAIN,
	RULE_CLOSE_UNREAD,
	RULE_CLOSE_LINGER,
	RULE_CLOSE_LISTEN,
	RULE_CLOSE_CLOSED,
	RULE_SHUTDOWN,
	RULE_SHUTDOWN_CLOSED,
	RULE_SHUTDOWN_LISTEN,
	RULE_POLL,
	RULE_POLL_LISTEN,
	RULE_POLL_CLOSED,
	RULE_SO_ERROR,
	RULE_OPTION,
	RULE_STATE,
	RULE_AWAIT,
	RULE_AWAIT_IN_VAIN,
	RULE_SIGPIPE,
	RULE_NAMESPACE,
	RULE_COUNT
};

struct rule_text {
	const char *says;   /* one clause, as a comment in a trace */
	const char *kernel; /* the function mirrored, and the RFC's section where they differ */
};

extern const struct rule_text rule_texts[RULE_COUNT];

struct prediction {
	struct result result;
	enum rule rule;
	const char *cause; /* how the error that was taken was stored; NULL: none was */
};

/* The connection and what is around it. */
struct machine {
	struct peer peer[2];   /* by enum who; the server's end exists before accept */
	bool open[2];          /* the descriptor of each side */
	bool listening;        /* the server's descriptor is the listening socket */
	bool waiting;          /* the connection stands in the accept queue */
	long listen_linger[2]; /* the listening socket's SO_LINGER, inherited by what it accepts */
	long sigpipe[2];       /* a value of sigpipe_modes */
	bool lost;             /* a step left what is modelled: every further answer is unknown */
};

/* A machine at the start: the client has a fresh socket, the server listens. */
struct machine machine_new(void);

/* What must step return? Takes the step, so the next call answers for the step after it. */
struct prediction machine_predict(struct machine *machine, const struct step *step);

/* The rules of the operations, one a row of the vocabulary. */
typedef void machine_operation(
	struct machine *machine, const struct step *step, struct prediction *prediction);
machine_operation machine_connect, machine_accept, machine_listen, machine_send, machine_sendmmsg,
	machine_sendfile, machine_splice, machine_uring_write, machine_uring_send, machine_fill,
	machine_receive, machine_shutdown, machine_close, machine_dup, machine_exit,
	machine_destroy, machine_poll, machine_select, machine_epoll_ctl, machine_epoll_wait,
	machine_getsockopt, machine_setsockopt, machine_fcntl, machine_getpeername, machine_inq,
	machine_outq, machine_state, machine_await, machine_join, machine_sigpipe, machine_count,
	machine_sysctl, machine_link;

#endif
