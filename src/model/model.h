/*
 * model: what Linux answers to each step, without asking it.
 *
 * A small executable specification of a TCP connection over loopback: RFC 9293's states on both
 * ends and, beside them, what Linux keeps and RFC 9293 does not: sk_err, the two shutdown bits,
 * SOCK_DONE (state.h). Every rule mirrors a kernel function (rule_texts.c says which). Pure: no
 * system call, no global state; the same steps give the same answers. What it cannot know it
 * answers "unknown".
 */
#ifndef CLOSEWAIT_MODEL_H
#define CLOSEWAIT_MODEL_H

#include "model/state.h"

/* The rules by which a prediction is made. */
enum rule {
	RULE_NONE,
	RULE_BAD_DESCRIPTOR,
	RULE_SEND_NOT_CONNECTED,
	RULE_SEND_STORED_ERROR,
	RULE_SEND_SHUT,
	RULE_SEND_QUEUED,
	RULE_SEND_HELD,
	RULE_SEND_ANSWERED_RST,
	RULE_SEND_LINK_DOWN,
	RULE_SEND_FULL,
	RULE_SEND_PARTIAL,
	RULE_SEND_NOTHING,
	RULE_FILL,
	RULE_RECEIVE_QUEUED,
	RULE_RECEIVE_PARTIAL,
	RULE_RECEIVE_DRAINED,
	RULE_RECEIVE_DONE,
	RULE_RECEIVE_STORED_ERROR,
	RULE_RECEIVE_SHUT,
	RULE_RECEIVE_NOT_CONNECTED,
	RULE_RECEIVE_EMPTY,
	RULE_RECEIVE_URGENT,
	RULE_RECEIVE_NOTHING,
	RULE_RECEIVE_COMPLETION,
	RULE_RECEIVE_NO_COMPLETION,
	RULE_READ_ZERO,
	RULE_BLOCKS,
	RULE_TIMES_OUT,
	RULE_CONNECT,
	RULE_CONNECT_STARTED,
	RULE_CONNECT_FINISHED,
	RULE_CONNECT_STORED_ERROR,
	RULE_CONNECT_ABORTED,
	RULE_CONNECT_REFUSED,
	RULE_CONNECT_CONNECTED,
	RULE_CONNECT_DISCONNECTING,
	RULE_CONNECT_UNANSWERED,
	RULE_CONNECT_UNDER_WAY,
	RULE_CONNECT_NO_ADDRESS,
	RULE_DISCONNECT,
	RULE_DISCONNECT_WAITED_FOR,
	RULE_ACCEPT,
	RULE_ACCEPT_EMPTY,
	RULE_ACCEPT_NOT_LISTENING,
	RULE_LISTEN,
	RULE_LISTEN_CONNECTED,
	RULE_CLOSE_FIN,
	RULE_CLOSE_AGAIN,
	RULE_CLOSE_UNREAD,
	RULE_CLOSE_LINGER,
	RULE_CLOSE_LINGER2,
	RULE_CLOSE_LISTEN,
	RULE_CLOSE_CLOSED,
	RULE_CLOSE_CONNECTING,
	RULE_CLOSE_DUPLICATE,
	RULE_CLOSE_IN_USE,
	RULE_DUP,
	RULE_EXIT,
	RULE_DESTROY,
	RULE_DESTROY_TIME_WAIT,
	RULE_DESTROY_GONE,
	RULE_SHUTDOWN,
	RULE_SHUTDOWN_CLOSED,
	RULE_SHUTDOWN_LISTEN,
	RULE_SHUTDOWN_CONNECTING,
	RULE_POLL,
	RULE_POLL_LISTEN,
	RULE_POLL_CLOSED,
	RULE_SELECT,
	RULE_EPOLL_CTL,
	RULE_EPOLL_CTL_THERE,
	RULE_EPOLL_CTL_NOT_THERE,
	RULE_EPOLL_LEVEL,
	RULE_EPOLL_EDGE,
	RULE_EPOLL_ONESHOT,
	RULE_EPOLL_NOTHING,
	RULE_SO_ERROR,
	RULE_OPTION,
	RULE_OPTION_RANGE,
	RULE_OPTION_UNKNOWN,
	RULE_FCNTL,
	RULE_PEERNAME,
	RULE_PEERNAME_NOT_CONNECTED,
	RULE_INQ,
	RULE_OUTQ,
	RULE_QUEUE_LISTEN,
	RULE_STATE,
	RULE_AWAIT,
	RULE_AWAIT_TIMER,
	RULE_COUNT_CERTAIN,
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

/* A machine at the start: the client has a fresh socket of family, the server listens. A family
 * that is not plain TCP is not modelled: every answer is unknown. kernel is the one to predict,
 * where a rule changed. */
struct machine machine_new(enum family family, struct version kernel);

/* What must step return? Takes the step, so the next call answers for the step after it. */
struct prediction machine_predict(struct machine *machine, const struct step *step);

#endif
