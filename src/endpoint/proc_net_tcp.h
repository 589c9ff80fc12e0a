/*
 * proc_net_tcp: the namespace's table of TCP sockets, /proc/net/tcp and /proc/net/tcp6.
 *
 * It shows what no descriptor can: sockets whose descriptor is closed, and time-wait entries with
 * the state that they represent (get_tcp4_sock(), get_timewait4_sock()).
 */
#ifndef CLOSEWAIT_PROC_NET_TCP_H
#define CLOSEWAIT_PROC_NET_TCP_H

#include "language/family.h"

/* A line of the table. */
struct tcp_socket {
	char local[48], remote[48]; /* as the table writes them: each 32-bit word in host order */
	uint16_t local_port, remote_port;
	int state;             /* TCP_... */
	unsigned timer;        /* which one is active: tr */
	unsigned long unacked; /* bytes that were not acknowledged, a FIN among them: tx_queue */
	unsigned long unread;  /* rx_queue */
	unsigned long inode;   /* of the socket; 0: no descriptor is left */
};

/* Reads a line of the table; false when it is none of a socket. A closed socket on its way from
 * FIN_WAIT1 to a time-wait entry is in FIN_WAIT1 until the entry stands for it. */
bool proc_net_tcp_parse(const char *line, struct tcp_socket *socket);

/* Does the socket stay as it is until somebody acts? Not while something that it sent waits for an
 * acknowledgement, nor in a state that a segment on its way ends, unless the peer's window is
 * closed and it only probes (tcp_send_probe0()). That nothing waits for an acknowledgement is not
 * enough: tcp_rcv_state_process() takes the one of a FIN before it leaves the state. */
bool proc_net_tcp_rests(const struct tcp_socket *socket);

/* The TCP state of the socket from local to remote; TCP_CLOSE when the table does not list it; a
 * negative errno when the table cannot be read. */
int proc_net_tcp_state(const struct address *local, const struct address *remote);

/* The same for two sockets, in one reading: state[0] of the one from local[0] to remote[0],
 * state[1] of the other. Returns 0 or a negative errno. */
int proc_net_tcp_states(
	const struct address local[2], const struct address remote[2], int state[2]);

/* The state that one line of the table gives if it is the socket from local to remote; 0 if not. */
int proc_net_tcp_line_state(
	const char *line, const struct address *local, const struct address *remote);

#endif
