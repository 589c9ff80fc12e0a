/*
 * model_ports: bind(2), and which sockets keep others from a port: written from __inet_bind(),
 * inet_csk_get_port() and inet_bind_conflict().
 */
#ifndef CLOSEWAIT_TEST_MODEL_PORTS_H
#define CLOSEWAIT_TEST_MODEL_PORTS_H

#include "model_conditions.h"

static const struct row ports[] = {
	{"__inet_bind(): a port of its own, and once", FRESH,
		"client bind = 0\n"
		"client bind = -1 EINVAL\n"
		"client connect = 0\n"
		"server bind = -1 EINVAL\n"
		"server accept = 0\n"
		"server bind 0 any = -1 EINVAL\n"},
	{"inet_addr_valid_or_nonlocal()", FRESH,
		"client bind 0 nonlocal = -1 EADDRNOTAVAIL\n"
		"client bind = 0\n"},
	{"__inet_bind(): looks at the address first", CONNECTED,
		"client bind 0 nonlocal = -1 EADDRNOTAVAIL\n"},
	{"no descriptor", FRESH, "client close = 0\nclient bind = -1 EBADF\n"},
	{"inet_bind_conflict(): LISTEN, SO_REUSEADDR or not", FRESH,
		"client2 bind listener = -1 EADDRINUSE\n"
		"client2 setsockopt SO_REUSEADDR 1 = 0\n"
		"client2 bind listener = -1 EADDRINUSE\n"
		"client2 bind listener any = -1 EADDRINUSE\n"},
	{"inet_bind_conflict(): SO_REUSEPORT of both", FRESH,
		"server2 setsockopt SO_REUSEPORT 1 = 0\n"
		"server2 bind listener = -1 EADDRINUSE\n"
		"listener setsockopt SO_REUSEPORT 1 = 0\n"
		"server2 bind listener = 0\n"
		"server2 listen = 0\n"},
	{"which of two listening sockets gets it is the kernel's choice", FRESH,
		"server2 setsockopt SO_REUSEPORT 1 = 0\n"
		"listener setsockopt SO_REUSEPORT 1 = 0\n"
		"server2 bind listener = 0\n"
		"server2 listen = 0\n"
		"client connect\n"},
	{"__inet_inherit_port(): a connection keeps its listener's port", CONNECTED,
		"listener close = 0\n"
		"server2 bind listener = -1 EADDRINUSE\n"
		"server2 setsockopt SO_REUSEADDR 1 = 0\n"
		"server2 bind listener = 0\n"
		"server2 listen = 0\n"
		"client2 connect = 0\n"
		"server2 accept = 0\n"},
	{"sk_clone_lock(): and its SO_REUSEADDR", FRESH,
		"listener setsockopt SO_REUSEADDR 0 = 0\n"
		"client connect = 0\n"
		"server accept = 0\n"
		"listener close = 0\n"
		"server2 setsockopt SO_REUSEADDR 1 = 0\n"
		"server2 bind listener = -1 EADDRINUSE\n"},
	{"inet_twsk_bind_unhash(): a time-wait entry keeps it, too", PEER_CLOSED,
		"server await FIN_WAIT2\n"
		"listener close = 0\n"
		"client close = 0\n"
		"server await TIME_WAIT\n"
		"server2 bind listener = -1 EADDRINUSE\n"
		"server2 setsockopt SO_REUSEADDR 1 = 0\n"
		"server2 bind listener = 0\n"},
	{"tcp_set_state(): TCP_CLOSE gives it back", RESET,
		"listener close = 0\n"
		"server2 bind listener = 0\n"
		"client bind = 0\n"},
	{"tcp_set_state(): SOCK_BINDPORT_LOCK", FRESH,
		"listener shutdown SHUT_RD = 0\n"
		"listener bind = -1 EINVAL\n"
		"server2 bind listener = -1 EADDRINUSE\n"
		"listener close = 0\n"
		"server2 bind listener = 0\n"},
	{"tcp_disconnect(): in TCP_CLOSE it keeps its port", FRESH,
		"client bind = 0\n"
		"client connect AF_UNSPEC = 0\n"
		"client bind = -1 EINVAL\n"},
	{"tcp_set_state(): a listening socket that chose none gives it back", FRESH,
		"client2 listen = 0\n"
		"client2 shutdown SHUT_RD = 0\n"
		"client2 bind = 0\n"},
	{"inet_csk_listen_start(): the port is asked for once more", FRESH,
		"listener close = 0\n"
		"server2 setsockopt SO_REUSEADDR 1 = 0\n"
		"server3 setsockopt SO_REUSEADDR 1 = 0\n"
		"server2 bind listener = 0\n"
		"server3 bind listener = 0\n"
		"server2 listen = 0\n"
		"server3 listen = -1 EADDRINUSE\n"},
	{"tcp_sendmsg(): looks at no address", FRESH,
		"client sendto 6 0 client2 = -1 EPIPE\n"
		"client connect = 0\n"
		"server accept = 0\n"
		"client sendto 6 0 client2 = 6\n"
		"server recvfrom 3 = 3,0\n"
		"server recvfrom 16 MSG_PEEK = 3,0\n"
		"server recvfrom 16 = 3,0\n"
		"server recvfrom 16 MSG_DONTWAIT = -1 EAGAIN\n"},
};

#endif
