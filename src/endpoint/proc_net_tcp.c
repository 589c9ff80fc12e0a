#include "endpoint/proc_net_tcp.h"

#include "util/proc_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes an address as the table does: each 32-bit word of it in host order, and the port. */
static void table_text(const struct address *a, char *text, size_t size)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&a->storage;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&a->storage;
	uint32_t word[4];

	if (a->storage.ss_family == AF_INET) {
		snprintf(text, size, "%08X:%04X", in->sin_addr.s_addr, address_port(a));
		return;
	}
	memcpy(word, &in6->sin6_addr, sizeof word);
	snprintf(text, size, "%08X%08X%08X%08X:%04X", word[0], word[1], word[2], word[3],
		address_port(a));
}

/* tr of the table: which timer is active. */
enum { TIMER_RETRANSMIT = 1, TIMER_KEEPALIVE, TIMER_TIME_WAIT, TIMER_PROBE };

/* A socket without a descriptor (inode 0) reaches FIN_WAIT2 and is at once replaced by a time-wait
 * entry, or gets the keepalive timer. Between the two it is shown as FIN_WAIT2 without either, and
 * a segment that arrives finds a dead socket and is lost until it is sent again
 * (tcp_rcv_state_process(), tcp_time_wait()): not there yet. */
static unsigned settled_state(unsigned state, unsigned timer, unsigned long inode)
{
	bool passing = state == TCP_FIN_WAIT2 && !inode && timer != TIMER_KEEPALIVE &&
		       timer != TIMER_TIME_WAIT;

	return passing ? TCP_FIN_WAIT1 : state;
}

static uint16_t port_of(const char *address)
{
	const char *colon = strchr(address, ':');

	return colon ? (uint16_t)strtoul(colon + 1, NULL, 16) : 0;
}

bool proc_net_tcp_parse(const char *line, struct tcp_socket *s)
{
	unsigned state;

	if (sscanf(line, " %*u: %47s %47s %2x %8lx:%8lx %2x:%*x %*x %*u %*u %19lu", s->local,
		    s->remote, &state, &s->unacked, &s->unread, &s->timer, &s->inode) != 7)
		return false;
	s->local_port = port_of(s->local);
	s->remote_port = port_of(s->remote);
	s->state = (int)settled_state(state, s->timer, s->inode);
	return state > 0 && state < 32;
}

bool proc_net_tcp_rests(const struct tcp_socket *s)
{
	switch (s->state) {
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
	case TCP_FIN_WAIT1:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return s->timer == TIMER_PROBE;
	default:
		return s->timer != TIMER_RETRANSMIT;
	}
}

int proc_net_tcp_line_state(
	const char *line, const struct address *local, const struct address *remote)
{
	char wanted_local[48], wanted_remote[48];
	struct tcp_socket socket;

	if (!proc_net_tcp_parse(line, &socket))
		return 0;
	table_text(local, wanted_local, sizeof wanted_local);
	table_text(remote, wanted_remote, sizeof wanted_remote);
	return strcmp(socket.local, wanted_local) || strcmp(socket.remote, wanted_remote)
		       ? 0
		       : socket.state;
}

int proc_net_tcp_states(const struct address local[2], const struct address remote[2], int state[2])
{
	bool v6 = local->storage.ss_family == AF_INET6;
	FILE *table = proc_net_open(v6 ? "tcp6" : "tcp");
	char *line = NULL;
	size_t size = 0;

	state[0] = state[1] = 0;
	if (!table)
		return -errno;
	while (!(state[0] && state[1]) && getline(&line, &size, table) > 0) {
		for (int i = 0; i < 2; i++)
			if (!state[i])
				state[i] = proc_net_tcp_line_state(line, &local[i], &remote[i]);
	}
	int status = ferror(table) ? -EIO : 0;

	for (int i = 0; i < 2; i++)
		if (!state[i])
			state[i] = TCP_CLOSE;
	free(line);
	fclose(table);
	return status;
}

int proc_net_tcp_state(const struct address *local, const struct address *remote)
{
	struct address near[] = {*local, *remote}, far[] = {*remote, *local};
	int state[2], status = proc_net_tcp_states(near, far, state);

	return status ? status : state[0];
}
