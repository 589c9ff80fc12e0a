#include "observe/connection.h"

#include "endpoint/proc_net_tcp.h"
#include "language/step.h"
#include "util/proc_net.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Gives what it looked for, or goes on with the next socket. */
typedef bool visitor(const struct tcp_socket *socket, void *context);

/* Shows visit the sockets of a table until it has seen enough. Returns 1 then, 0 at the end of the
 * table, or a negative errno. */
static int visit_table(const char *name, visitor *visit, void *context)
{
	FILE *table = proc_net_open(name);
	struct tcp_socket socket;
	char *line = NULL;
	size_t size = 0;
	int enough = 0;

	if (!table) /* a kernel without IPv6 */
		return errno == ENOENT ? 0 : -errno;
	while (!enough && getline(&line, &size, table) > 0)
		enough = proc_net_tcp_parse(line, &socket) && visit(&socket, context);
	if (ferror(table))
		enough = -EIO;
	free(line);
	fclose(table);
	return enough;
}

/* An end may be in either table: a socket of AF_INET6 speaks IPv4, too. */
static int visit_tables(visitor *visit, void *context)
{
	int status = visit_table("tcp", visit, context);

	return status ? status : visit_table("tcp6", visit, context);
}

struct look {
	const struct connection *connection;
	struct connection_look *look;
};

static bool look_at(const struct tcp_socket *s, void *context)
{
	const struct look *l = context;
	bool client = s->local_port == l->connection->client_port &&
		      s->remote_port == l->connection->server_port;
	bool server = s->local_port == l->connection->server_port &&
		      s->remote_port == l->connection->client_port;

	if (client || server) {
		enum who who = client ? CLIENT : SERVER;

		l->look->state[who] = s->state;
		l->look->rests[who] = proc_net_tcp_rests(s);
		l->look->unread[who] = s->unread;
		l->look->unacked[who] = s->unacked;
	}
	return false;
}

int connection_look(const struct connection *connection, struct connection_look *look)
{
	struct look l = {connection, look};

	*look = (struct connection_look){.state = {TCP_CLOSE, TCP_CLOSE}, .rests = {true, true}};
	return visit_tables(look_at, &l);
}

struct search {
	unsigned long inode;
	const struct connection *connection;
	struct tcp_socket found;
};

static bool has_inode(const struct tcp_socket *s, void *context)
{
	struct search *search = context;

	search->found = *s;
	return s->inode == search->inode;
}

static int find_inode(unsigned long inode, struct tcp_socket *found)
{
	struct search search = {.inode = inode};
	int status = visit_tables(has_inode, &search);

	*found = search.found;
	return status > 0 ? 0 : status ? status : -ENOENT;
}

int connection_of_inode(unsigned long inode, bool client, struct connection *connection)
{
	struct tcp_socket found;
	int status = find_inode(inode, &found);

	if (!status && (!found.remote_port || found.state == TCP_LISTEN))
		status = -ENOENT;
	if (!status)
		*connection = client ? (struct connection){found.local_port, found.remote_port}
				     : (struct connection){found.remote_port, found.local_port};
	return status;
}

static bool is_server_end(const struct tcp_socket *s, void *context)
{
	struct search *search = context;

	search->found = *s;
	return s->local_port == search->connection->server_port &&
	       s->remote_port == search->connection->client_port;
}

/* Reads an address as the table writes it: each 32-bit word of it in host order. */
static void read_address(const char *text, uint16_t port, struct address *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&address->storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address->storage;
	unsigned word[4] = {0};
	bool v6 = sscanf(text, "%8x%8x%8x%8x:", &word[0], &word[1], &word[2], &word[3]) == 4;

	*address = (struct address){.length = v6 ? sizeof *in6 : sizeof *in};
	if (v6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, word, sizeof in6->sin6_addr);
		return;
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	in->sin_addr.s_addr = word[0];
}

int connection_client_address(
	const struct connection *connection, enum family family, struct address *address)
{
	struct search search = {.connection = connection};
	bool v6 = family_socket_kind(family).domain == AF_INET6;
	int status = visit_table(v6 ? "tcp6" : "tcp", is_server_end, &search);

	if (status > 0)
		read_address(search.found.remote, connection->client_port, address);
	return status > 0 ? 0 : status ? status : -ENOENT;
}
