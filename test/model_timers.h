/*
 * model_timers: which timer of the kernel's runs when, by which option and sysctl, and how it ends
 * a call that waits. Written from tcp_timer.c, and each row called by the function in it.
 */
#ifndef CLOSEWAIT_TEST_MODEL_TIMERS_H
#define CLOSEWAIT_TEST_MODEL_TIMERS_H

#include "model_conditions.h"

static const struct row timers[] = {
	{"tcp_keepalive_timer(): net.ipv4.tcp_fin_timeout is not its own", CONNECTED,
		"sysctl net.ipv4.tcp_fin_timeout 1 = 0\n"
		"client setsockopt SO_KEEPALIVE 1 = 0\n"
		"link down = 0\n"
		"client await CLOSE = timeout in ESTABLISHED\n"},
	{"tcp_keepalive_timer(): the sysctls where no option was set", CONNECTED,
		"sysctl net.ipv4.tcp_keepalive_time 1 = 0\n"
		"sysctl net.ipv4.tcp_keepalive_intvl 1 = 0\n"
		"client setsockopt SO_KEEPALIVE 1 = 0\n"
		"client setsockopt TCP_KEEPCNT 1 = 0\n"
		"link down = 0\n"
		"client await CLOSE\n"
		"client getsockopt SO_ERROR = ETIMEDOUT\n"},
	{"tcp_write_timeout(): net.ipv4.tcp_keepalive_time is not its own", CONNECTED,
		"sysctl net.ipv4.tcp_keepalive_time 1 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client await CLOSE = timeout in ESTABLISHED\n"},
	{"tcp_write_timeout(): net.ipv4.tcp_retries2 of one that is no orphan", CONNECTED,
		"sysctl net.ipv4.tcp_retries2 1 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client close = 0\n"
		"client await CLOSE = timeout in FIN_WAIT1\n"},
	{"tcp_probe_timer(): SOCK_DEAD: net.ipv4.tcp_orphan_retries", FULL,
		"sysctl net.ipv4.tcp_orphan_retries 1 = 0\n"
		"client close = 0\n"
		"link down = 0\n"
		"client await CLOSE\n"},
	{"tcp_rcv_state_process(): FIN_WAIT2: net.ipv4.tcp_keepalive_time is not its own",
		HALF_CLOSED,
		"sysctl net.ipv4.tcp_keepalive_time 1 = 0\n"
		"client close = 0\n"
		"client await CLOSE = timeout in FIN_WAIT2\n"},
	{"tcp_keepalive_timer(): packets_out: no probe goes out", CONNECTED,
		"client setsockopt SO_KEEPALIVE 1 = 0\n"
		"client setsockopt TCP_KEEPIDLE 1 = 0\n"
		"client setsockopt TCP_KEEPINTVL 1 = 0\n"
		"client setsockopt TCP_KEEPCNT 1 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client read 6 &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"tcp_keepalive_timer(): keepalive_probes of keepalive_intvl_when()", CONNECTED,
		"client setsockopt SO_KEEPALIVE 1 = 0\n"
		"client setsockopt TCP_KEEPIDLE 1 = 0\n"
		"link down = 0\n"
		"client read 6 &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"tcp_keepalive_timer(): icsk_user_timeout, after a probe", CONNECTED,
		"client setsockopt SO_KEEPALIVE 1 = 0\n"
		"client setsockopt TCP_KEEPIDLE 1 = 0\n"
		"client setsockopt TCP_KEEPINTVL 1 = 0\n"
		"client setsockopt TCP_USER_TIMEOUT 500 = 0\n"
		"link down = 0\n"
		"client await POLLERR\n"
		"client getsockopt SO_ERROR = ETIMEDOUT\n"},
	{"tcp_write_timeout(): icsk_user_timeout alone makes no probe", CONNECTED,
		"client setsockopt SO_KEEPALIVE 1 = 0\n"
		"client setsockopt TCP_USER_TIMEOUT 500 = 0\n"
		"link down = 0\n"
		"client read 6 &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"tcp_probe_timer(): icsk_user_timeout ends the wait for a window", CONNECTED,
		"client setsockopt TCP_USER_TIMEOUT 300 = 0\n"
		"client fill = >0\n"
		"client write 6 &\n"
		"client join = -1 ETIMEDOUT\n"
		"count TcpOutRsts = 0\n"
		"count TCPAbortOnTimeout = 1\n"
		"server state = ESTABLISHED\n"},
	{"tcp_probe_timer(): a long icsk_user_timeout is not waited for", CONNECTED,
		"client setsockopt TCP_USER_TIMEOUT 60000 = 0\n"
		"client fill = >0\n"
		"client write 6 &\n"
		"client join = timeout in ESTABLISHED\n"},
	{"tcp_write_timeout(): a call in front that waits gets the error, too", CONNECTED,
		"sysctl net.ipv4.tcp_retries2 1 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client read 6 = -1 ETIMEDOUT\n"
		"client read 6 = 0\n"},
	{"SO_RCVTIMEO is over before the timer, in front and in the background", CONNECTED,
		"sysctl net.ipv4.tcp_retries2 1 = 0\n"
		"client setsockopt SO_RCVTIMEO 0,100000 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client read 6 = -1 EAGAIN\n"
		"client read 6 &\n"
		"client join = -1 EAGAIN\n"},
	{"the timer is over before SO_RCVTIMEO", CONNECTED,
		"sysctl net.ipv4.tcp_retries2 1 = 0\n"
		"client setsockopt SO_RCVTIMEO 3,0 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client read 6 = -1 ETIMEDOUT\n"},
	{"which of the two is over first is not known", CONNECTED,
		"sysctl net.ipv4.tcp_retries2 1 = 0\n"
		"client setsockopt SO_RCVTIMEO 1,0 = 0\n"
		"link down = 0\n"
		"client write 6 = 6\n"
		"client read 6\n"},
	{"tcp_probe_timer(): a write in front that waits for room", FULL,
		"client setsockopt TCP_USER_TIMEOUT 300 = 0\n"
		"client write 6 = -1 ETIMEDOUT\n"},
};

#endif
