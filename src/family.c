#include "family.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const struct {
	const char *name;
	int domain;
} families[FAMILY_COUNT] = {
	[FAMILY_TCP4] = {"tcp4", AF_INET},
	[FAMILY_TCP6] = {"tcp6", AF_INET6},
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

int family_domain(enum family family)
{
	return families[family].domain;
}

struct address family_loopback(enum family family, uint16_t port)
{
	struct address a = {0};

	if (family_domain(family) == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)&a.storage;

		in->sin_family = AF_INET;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		in->sin_port = htons(port);
		a.length = sizeof *in;
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a.storage;

		in6->sin6_family = AF_INET6;
		in6->sin6_addr = in6addr_loopback;
		in6->sin6_port = htons(port);
		a.length = sizeof *in6;
	}
	return a;
}

uint16_t address_port(const struct address *a)
{
	if (a->storage.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)&a->storage)->sin_port);
	if (a->storage.ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)&a->storage)->sin6_port);
	return 0;
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (a->storage.ss_family != b->storage.ss_family || address_port(a) != address_port(b))
		return false;
	if (a->storage.ss_family == AF_INET)
		return ((const struct sockaddr_in *)&a->storage)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)&b->storage)->sin_addr.s_addr;
	return !memcmp(&((const struct sockaddr_in6 *)&a->storage)->sin6_addr,
		&((const struct sockaddr_in6 *)&b->storage)->sin6_addr, sizeof(struct in6_addr));
}
