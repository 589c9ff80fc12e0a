#include "language/family.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const struct {
	const char *name;
	struct socket_kind socket;
	enum protocol_kind protocol;
	enum network_kind network;
	const char *address[PLACE_COUNT];
} families[FAMILY_COUNT] = {
#define FAMILY(id, name, domain, type, protocol, kind, network, ...) \
	[FAMILY_##id] = {name, {domain, type, protocol}, kind, network, {__VA_ARGS__}},
#include "language/families.def"
};

const char *family_name(enum family family)
{
	return families[family].name;
}

bool family_value(const char *name, enum family *family)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (!strcmp(families[f].name, name)) {
			*family = (enum family)f;
			return true;
		}
	return false;
}

struct socket_kind family_socket_kind(enum family family)
{
	return families[family].socket;
}

enum protocol_kind family_protocol(enum family family)
{
	return families[family].protocol;
}

enum network_kind family_network(enum family family)
{
	return families[family].network;
}

bool family_is_tcp(enum family family)
{
	switch (families[family].protocol) {
	case PROTOCOL_TCP:
		return true;
	case PROTOCOL_MPTCP:
	case PROTOCOL_UNIX:
		break;
	}
	return false;
}

const char *family_names(void)
{
	static const char names[] =
#define FAMILY(id, name, ...) " " name
#include "language/families.def"
		;

	return names + 1; /* behind the first blank */
}

/* An address of AF_INET or AF_INET6 without a port. */
static struct address internet_address(int domain, const char *text)
{
	struct address a = {.storage.ss_family = (sa_family_t)domain};
	struct sockaddr_in *in = (struct sockaddr_in *)&a.storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a.storage;
	bool v6 = domain == AF_INET6;

	a.length = v6 ? sizeof *in6 : sizeof *in;
	inet_pton(domain, text, v6 ? (void *)&in6->sin6_addr : (void *)&in->sin_addr);
	return a;
}

struct address family_address(enum family family, enum place place)
{
	int domain = families[family].socket.domain;
	struct address a = {
		.length = sizeof(sa_family_t), .storage.ss_family = (sa_family_t)domain};

	switch (families[family].protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_MPTCP:
		return internet_address(domain, families[family].address[place]);
	case PROTOCOL_UNIX:
		break; /* unix(7), autobind */
	}
	return a;
}

struct address family_loopback(enum family family)
{
	return family_address(family, PLACE_LOOPBACK);
}

uint16_t address_port(const struct address *a)
{
	if (a->storage.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)&a->storage)->sin_port);
	if (a->storage.ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)&a->storage)->sin6_port);
	return 0;
}

void address_set_port(struct address *a, uint16_t port)
{
	if (a->storage.ss_family == AF_INET)
		((struct sockaddr_in *)&a->storage)->sin_port = htons(port);
	if (a->storage.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&a->storage)->sin6_port = htons(port);
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (a->storage.ss_family != b->storage.ss_family || address_port(a) != address_port(b))
		return false;
	if (a->storage.ss_family == AF_INET)
		return ((const struct sockaddr_in *)&a->storage)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)&b->storage)->sin_addr.s_addr;
	return a->storage.ss_family == AF_INET6 &&
	       !memcmp(&((const struct sockaddr_in6 *)&a->storage)->sin6_addr,
		       &((const struct sockaddr_in6 *)&b->storage)->sin6_addr,
		       sizeof(struct in6_addr));
}

/* Gives a the internet address, not the port, of another one of its kind. */
static void move(struct address *a, const struct address *to)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&a->storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a->storage;

	if (a->storage.ss_family == AF_INET)
		memcpy(&in->sin_addr, &((const struct sockaddr_in *)&to->storage)->sin_addr,
			sizeof in->sin_addr);
	else
		memcpy(&in6->sin6_addr, &((const struct sockaddr_in6 *)&to->storage)->sin6_addr,
			sizeof in6->sin6_addr);
}

struct address address_across(enum family family, const struct address *a)
{
	struct address near = family_address(family, PLACE_NEAR), across = *a, same = *a;

	move(&same, &near);
	if (address_equal(a, &same))
		near = family_address(family, PLACE_FAR);
	move(&across, &near);
	return across;
}
