/*
 * SOCK_DESTROY by sock_diag(7), as ss -K does it: look the socket up by its addresses, then have
 * that very socket destroyed. A descriptor is not needed: an orphan is found, too.
 */
#include "endpoint/calls.h"
#include "util/backoff.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

union reply {
	struct nlmsghdr header;
	char bytes[8192];
};

/* Sends request and reads the first message of the answer. Returns 0 or a negative errno: that of
 * the calls, or the one that the answer says. */
static int ask(int netlink, struct request *request, uint16_t type, uint16_t flags, union reply *r)
{
	int said = 0;

	request->header = (struct nlmsghdr){.nlmsg_len = sizeof *request,
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | flags};
	if (send(netlink, request, sizeof *request, 0) < 0)
		return -errno;
	ssize_t n = recv(netlink, r, sizeof *r, 0);

	if (n < 0)
		return -errno;
	if (n < NLMSG_HDRLEN + (ssize_t)sizeof said)
		return -EPROTO;
	/* A dump says its error behind NLMSG_DONE. */
	if (r->header.nlmsg_type == NLMSG_ERROR || r->header.nlmsg_type == NLMSG_DONE)
		memcpy(&said, NLMSG_DATA(&r->header), sizeof said);
	return said;
}

static void set_address(const struct address *a, __be32 address[4], __be16 *port)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&a->storage;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&a->storage;

	if (a->storage.ss_family == AF_INET)
		memcpy(address, &in->sin_addr, sizeof in->sin_addr);
	else if (a->storage.ss_family == AF_INET6)
		memcpy(address, &in6->sin6_addr, sizeof in6->sin6_addr);
	*port = htons(address_port(a));
}

/* Which socket: of this end's connection, or the listening one, whose remote address is zero. */
static struct request about(const struct endpoint *e, bool listening)
{
	struct address loopback = family_loopback(e->family);
	const struct address *local = e->local.length ? &e->local : &loopback;
	struct request request = {
		.body = {.sdiag_family = (uint8_t)local->storage.ss_family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = ~0U,
			.id = {.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
	struct inet_diag_sockid *id = &request.body.id;

	set_address(local, id->idiag_src, &id->idiag_sport);
	if (!listening)
		set_address(&e->remote, id->idiag_dst, &id->idiag_dport);
	return request;
}

/* Looks the socket up; afterwards request names exactly that one, by its cookie. The kernel
 * searches the listening sockets, too: one that is found in place of a connection is not the one
 * that was meant. */
static int find(int netlink, struct request *request, bool listening)
{
	union reply reply = {0};
	const struct inet_diag_msg *found = NLMSG_DATA(&reply.header);
	int status = ask(netlink, request, SOCK_DIAG_BY_FAMILY, 0, &reply);

	if (status)
		return status;
	if ((found->idiag_state == TCP_LISTEN) != listening)
		return -ENOENT;
	memcpy(request->body.id.idiag_cookie, found->id.idiag_cookie,
		sizeof found->id.idiag_cookie);
	return 0;
}

/* Nothing was found: because tcp_diag, a module, is not there? It would answer an empty dump. */
static bool module_is_missing(int netlink, struct request *request)
{
	union reply reply;

	request->body.idiag_states = 0;
	return ask(netlink, request, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &reply) == -ENOENT;
}

/* Does sock_diag know sockets of this protocol, and destroy them? unix_diag has no SOCK_DESTROY. */
static bool can_be_destroyed(enum protocol_kind protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_MPTCP:
		return true;
	case PROTOCOL_UNIX:
		break;
	}
	return false;
}

static int destroy(const struct endpoint *e, int netlink, bool *lacking)
{
	bool listening = e->fd == e->listen_fd, tcp = can_be_destroyed(family_protocol(e->family));
	struct request request = about(e, listening);
	union reply reply;
	int status = tcp ? find(netlink, &request, listening) : 0;

	if (!status)
		status = ask(netlink, &request, SOCK_DESTROY, NLM_F_ACK, &reply);
	/* Without CONFIG_INET_DIAG_DESTROY, or CAP_NET_ADMIN in the namespace; no kernel destroys a
	 * socket of AF_UNIX. */
	*lacking = tcp && (status == -EOPNOTSUPP || status == -EPERM);
	if (tcp && status == -ENOENT)
		*lacking = module_is_missing(netlink, &request);
	return status;
}

void endpoint_destroy(struct endpoint *e, const struct step *step, struct result *result)
{
	backoff_run_softirqs(); /* a state can be seen a moment before the tables follow it */
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	bool lacking = netlink < 0 && errno == EPROTONOSUPPORT;
	int status = netlink < 0 ? -errno : destroy(e, netlink, &lacking);

	(void)step;
	if (netlink >= 0)
		close(netlink);
	errno = -status;
	*result = result_of_call(status ? -1 : 0);
	if (lacking)
		result->kind = RESULT_LACKING;
}
