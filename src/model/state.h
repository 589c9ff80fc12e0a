/*
 * state: what the model keeps of a connection: what Linux keeps in struct sock, struct tcp_sock
 * and struct socket, as far as a call's answer depends on it. Data only.
 */
#ifndef CLOSEWAIT_STATE_H
#define CLOSEWAIT_STATE_H

#include "language/family.h"
#include "language/guard.h"
#include "language/result.h"
#include "language/step.h"
#include "model/choice.h"
#include "model/rule.h"
#include "model/stream.h"

#include <stdbool.h>

/* struct socket's state: what connect(2) goes by. A reset does not change it. */
enum socket_state { UNCONNECTED, CONNECTING, CONNECTED, DISCONNECTING };

/* An option's value: of SO_LINGER l_onoff and l_linger, of a timeout tv_sec and tv_usec, of others
 * the first alone. */
struct option_value {
	long first, second;
};

/* A port, and whether another socket may have it, too. */
struct binding {
	int port; /* a number of the model's own; 0: none */
	bool reuse_address, reuse_port;
};

/* What stands before a socket, in its receive queue or the other end's send queue (flood.h). */
struct flood {
	bool there;
	long queued; /* so many bytes surely stand in the receive queue */
	long spread; /* unread may be so many fewer */
};

/* The byte that MSG_OOB made urgent, in the receive queue (urgent.h). */
struct urgent {
	bool there; /* it is not passed yet */
	bool taken; /* by a receive with MSG_OOB: TCP_URG_READ */
	long at;    /* so many unread bytes stand before it */
};

/* One socket. */
struct peer {
	int state;         /* TCP_...; TCP_CLOSE before the connection, and after it */
	int error;         /* sk_err */
	const char *cause; /* how error came to be stored, a clause */
	int soft;          /* sk_err_soft: why the last packet could not be sent */
	bool shut_receive; /* sk_shutdown & RCV_SHUTDOWN */
	bool shut_send;    /* sk_shutdown & SEND_SHUTDOWN */
	bool done;         /* SOCK_DONE: a FIN was processed */
	enum socket_state socket;
	int other;            /* index of the socket at the other end, or NOBODY */
	bool orphan;          /* no descriptor is left */
	bool fin_ack_pending; /* FIN_WAIT1 or FIN_WAIT2: the FIN's acknowledgement may be delayed */
	bool time_wait_fin_wait2; /* closed in FIN_WAIT2: a time-wait entry in FIN_WAIT2 stands for
				     it */
	bool time_wait; /* a time-wait entry stands for it; the socket itself is in TCP_CLOSE */
	long unread;    /* bytes in the receive queue; at least so many when receive_queue_full */
	bool read_in_part;       /* of AF_UNIX: a segment of them may have been */
	struct stream stream;    /* what those bytes are, and those that are on their way */
	bool receive_queue_full; /* the other end filled the receive queue */
	struct flood flood;      /* it did, and it is known with how much */
	struct urgent urgent;    /* which of them is urgent */
	bool send_buffer_full;   /* the send buffer is full, and the other end's receive queue */
	bool window;             /* the other end has announced a window */
	bool purged;             /* the connection ended with the send buffer full */
	long held_back;          /* bytes that TCP_CORK or MSG_MORE keeps back */
	bool fin_held;           /* the FIN stands behind data that cannot be sent */
	long unacknowledged;     /* SIOCOUTQ; UNCERTAIN while an acknowledgement may be delayed */
	bool deferred;   /* connect(2) was put off until the first write: TCP_FASTOPEN_CONNECT */
	bool in_flight;  /* something was sent that nobody will acknowledge: the link is down */
	bool ack_lost;   /* and it had arrived: its acknowledgement did not */
	bool unanswered; /* SYN_SENT: the SYN met a full queue, and is sent again after a second */
	int destination; /* the listening socket that connect(2) goes to, or NOBODY */
	long backlog;    /* of a listening socket: sk_max_ack_backlog */
	bool queued;     /* it stands in the queue of listener, to which place says when it came */
	int listener, place;
	bool request;    /* in the queue it is a request that waits for data (TCP_DEFER_ACCEPT) */
	int from;        /* in the queue: the socket that connected */
	int port;        /* that it is bound to, a number of the model's own; 0: none */
	bool port_named; /* SOCK_BINDPORT_LOCK: by bind(2), so that TCP_CLOSE does not end it */
	struct binding entry; /* of its time-wait entry */
	int completions; /* MSG_ZEROCOPY's, in the error queue; UNCERTAIN while some may come */
	bool nonblocking;
	struct option_value option[OPTION_COUNT];
};

enum { UNCERTAIN = -1 };

enum { QUEUE = 4 /* connections that can stand in queues at once */ };

/* The sockets there can be: each end's own, by enum who; of the server's ends what they accepted or
 * connected, and of LISTENER the listening socket. */
enum {
	THE_CLIENT = CLIENT,
	THE_SERVER = SERVER,
	THE_LISTENER = LISTENER,
	IN_QUEUE = ENDS,           /* the first of the other ends of connections not accepted yet */
	NOBODY = IN_QUEUE + QUEUE, /* the other end of a socket that has none */
	PEERS
};

/* MIB counters that are certain. */
enum counted {
	OUT_RSTS,
	ESTAB_RESETS,
	ATTEMPT_FAILS,
	ABORT_ON_CLOSE,
	ABORT_ON_DATA,
	ABORT_ON_LINGER,
	ABORT_ON_TIMEOUT,
	ACTIVE_OPENS,
	PASSIVE_OPENS,
	COUNTED
};

/* The segments that are told apart where the network loses one. */
enum segment_kind {
	SEGMENT_DATA,
	SEGMENT_FIN,
	SEGMENT_RST,    /* of a socket that is aborted */
	SEGMENT_ANSWER, /* the RST that answers a segment */
	SEGMENT_KINDS
};

/* net.ipv4's sysctls that decide when a timer ends a connection: rules_sysctl.c has their names. */
enum sysctl_id {
	SYSCTL_FIN_TIMEOUT,    /* seconds */
	SYSCTL_RETRIES2,       /* RFC 1122's R2 */
	SYSCTL_ORPHAN_RETRIES, /* 0: 8 */
	SYSCTL_SYN_RETRIES,
	SYSCTL_KEEPALIVE_TIME,  /* seconds */
	SYSCTL_KEEPALIVE_INTVL, /* seconds */
	SYSCTL_KEEPALIVE_PROBES,
	SYSCTL_RETRIES1,
	SYSCTL_RTO_MAX_MS,
	SYSCTL_RTO_MIN_US,
	SYSCTL_SOMAXCONN, /* no timer's: the most that a backlog can be */
	SYSCTL_COUNT
};

/* struct epitem: what epoll keeps of a registered descriptor. */
struct registration {
	bool instance; /* the side has an epoll instance */
	bool there;
	int peer;    /* the socket */
	int closed;  /* how many of the side's descriptors had been closed: epoll keys by them */
	long events; /* asked for, EPOLLERR and EPOLLHUP always */
	bool listed; /* on the ready list */
};

struct model;

/* The rule of an operation: what does step return? Takes the step. */
typedef void model_operation(
	struct model *model, const struct step *step, struct prediction *prediction);

/* A call that is under way in the background. */
struct pending {
	model_operation *predict; /* asked again whenever the call is woken */
	bool there, finished;
	bool asked;   /* its rule is: what answers now is this call, and no other of its end */
	bool retried; /* it decided to wait when it began */
	bool closes;  /* close(2) took the descriptor: the socket is closed when it returns */
	int holds;    /* that socket */
	int closed;   /* how many descriptors the side had closed when it began */
	int on;       /* the socket that it waits for */
	long since;   /* when it fell asleep: whoever waits for longest is woken first */
	bool woken;   /* something happened to its socket since it was tried */
	long got;     /* bytes that it took from the receive queue, or gave to the send queue */
	struct step step;
	struct result result; /* once finished */
	enum rule rule;
	const char *cause;
};

struct model {
	enum family family;
	struct version kernel;
	struct peer peer[PEERS];
	int at[ENDS];          /* which socket is each end's descriptor */
	int descriptors[ENDS]; /* how many descriptors each end has of it */
	int closed[ENDS];      /* how many it has closed: a duplicate took the place of each */
	bool many;             /* the experiment has ends beside client and server */
	unsigned fresh;    /* ends of the server that accept from the listening socket, by who */
	unsigned accepted; /* ends that are accepted connections */
	int ports;         /* how many the sockets were bound to */
	int port_of[ENDS]; /* which each end had last; 0: none */
	bool ports_unsure; /* whether a port is in use, or may be shared, is not known any more */
	enum sigpipe_mode sigpipe[SIDES];
	struct registration registration[ENDS];
	struct pending pending[ENDS];
	long asleep;           /* how often a call in the background fell asleep */
	long counted[COUNTED]; /* UNCERTAIN: timing decides */
	bool link_down;
	bool resuming; /* what was lost is sent again some time: the link is up */
	long fastopen; /* net.ipv4.tcp_fastopen */
	long sysctl[SYSCTL_COUNT];
	bool process;           /* the server's process is alive */
	struct choices choices; /* of the step that is being taken */
	bool lost;              /* a step left what is modelled: every further answer is unknown */

	/* of the network between the ends */
	bool network;     /* the experiment has one */
	bool out_of_step; /* an end got a FIN that the other one did not send */
	bool forgotten;   /* a middlebox forgot the connection ... */
	bool resets;      /* ... and answers its segments with RST; otherwise they are lost */
	int losses[2][SEGMENT_KINDS]; /* how many of the next segments are lost, by direction: 1
					 from the client */
};

#endif
