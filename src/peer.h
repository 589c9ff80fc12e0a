/*
 * peer: one end of the machine's connection: what Linux keeps of it, and what a segment that
 * arrives makes of it. Pure.
 */
#ifndef CLOSEWAIT_PEER_H
#define CLOSEWAIT_PEER_H

#include <stdbool.h>

/* One end of the connection. */
struct peer {
	int state;          /* TCP_...; TCP_CLOSE before the connection, and after it */
	int error;          /* sk_err */
	bool shut_receive;  /* sk_shutdown & RCV_SHUTDOWN */
	bool shut_send;     /* sk_shutdown & SEND_SHUTDOWN */
	bool done;          /* SOCK_DONE: a FIN was processed */
	bool connected;     /* socket.state is SS_CONNECTED, which a reset does not change */
	bool fin_unsettled; /* FIN_WAIT1 or FIN_WAIT2: the FIN's acknowledgement may be delayed */
	bool time_wait;     /* a time-wait entry stands for it; the socket itself is in TCP_CLOSE */
	long unread;        /* bytes in the receive queue */
	long linger[2];     /* SO_LINGER: l_onoff, l_linger */
	const char *cause;  /* how error came to be stored, a clause */
};

/* A RST arrives: stores EPIPE in CLOSE_WAIT, ECONNRESET elsewhere. */
void peer_receive_rst(struct peer *peer);

/* from's FIN arrives. */
void peer_receive_fin(struct peer *peer, struct peer *from);

/* length bytes from from arrive; false when a RST answers them. */
bool peer_receive_data(struct peer *peer, struct peer *from, long length);

/* The acknowledgement of the peer's FIN, which may be delayed, has come. */
void peer_settle(struct peer *peer);

/* The peer resets the connection, if other still has something to learn. */
void peer_abort(struct peer *peer, struct peer *other);

/* Reads and clears the stored error. */
int peer_take_error(struct peer *peer);

/* What poll(2) shows of the peer. */
int peer_events(const struct peer *peer);

#endif
