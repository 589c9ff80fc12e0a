/*
 * segment: what the arrival of a segment, or of a timer, makes of a socket, and what is sent in
 * answer. Segments arrive at once, as they do over loopback when steps wait for each other. Pure.
 */
#ifndef CLOSEWAIT_SEGMENT_H
#define CLOSEWAIT_SEGMENT_H

#include "model/state.h"

/* A wakeup of the socket's waiters for events; 0 wakes all: sock_def_readable(),
 * sock_def_wakeup(), sock_def_error_report(). */
void segment_wake(struct model *m, int peer, long events);

/* tcp_set_state() to TCP_CLOSE */
void segment_close_state(struct model *m, int peer);

/* tcp_done(), with the error that it stores. */
void segment_end_connection(struct model *m, int peer, int error, const char *cause);

/* Does a segment that cannot be sent, the link being down, look for a route and find none? Over
 * IPv6, inet6_csk_xmit(); over IPv4 the route that the socket has is used, and the device drops the
 * packet. */
bool segment_looks_for_route(const struct model *m);

/* peer sends a RST, which the other end may have no socket for any more. */
void segment_send_rst(struct model *m, int peer);

/* A FIN, a keepalive probe or a retransmission of peer found no socket at the other end, whose
 * kernel answers RST: tcp_v4_rcv(): no_tcp_socket. */
void segment_answer_no_socket(struct model *m, int peer);

/* peer sends a FIN; its state says so already. */
void segment_send_fin(struct model *m, int peer);

/* A RST comes to peer that the other end did not send. */
void segment_inject_rst(struct model *m, int peer);

/* Such a FIN comes to peer, which is in ESTABLISHED. It acknowledges a byte that the other end has
 * not sent: what is sent from here on, either way, is not predicted. */
void segment_inject_fin(struct model *m, int peer);

/* The other end reads all that peer had sent and could not send, and peer's FIN behind it arrives.
 */
void segment_drain(struct model *m, int peer);

/* peer sends length bytes. False when a RST answers them. */
bool segment_send_data(struct model *m, int peer, long length);

/* The link is down: what peer sends is lost. */
void segment_lose(struct model *m, int peer);

/* Has something that peer sent arrived, whose acknowledgement may be delayed? */
bool segment_awaits_ack(const struct peer *peer);

/* All that arrived is acknowledged. */
void segment_acknowledge(struct model *m, int peer);

/* The link went down before the acknowledgement of what had arrived was sent. */
void segment_lose_ack(struct model *m, int peer);

/* The link is up again, and peer sends again what was lost. */
void segment_send_again(struct model *m, int peer);

/* The acknowledgement of peer's FIN, which may be delayed, has come. */
void segment_ack_fin(struct model *m, int peer);

/* tcp_need_reset(): does a socket in this state end with a RST when it is aborted? */
bool state_needs_reset(int state);

/* The data that MSG_ZEROCOPY sent has left the send queue, acknowledged or purged: its completion
 * stands in the error queue. __msg_zerocopy_callback() */
void segment_complete(struct peer *peer);

/* Reads and clears the stored error. */
int peer_take_error(struct peer *peer);

#endif
