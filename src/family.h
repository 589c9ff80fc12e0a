/*
 * family: the address families that an experiment can run on, and their loopback addresses.
 */
#ifndef CLOSEWAIT_FAMILY_H
#define CLOSEWAIT_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum family {
	FAMILY_TCP4,
	FAMILY_TCP6,
	FAMILY_COUNT,
};

/* An address of any family with its length. */
struct address {
	socklen_t length;
	struct sockaddr_storage storage;
};

/* "tcp4", "tcp6". */
const char *family_name(enum family family);

/* Finds a family by its name; false when there is none. */
bool family_value(const char *name, enum family *family);

/* AF_INET or AF_INET6. */
int family_domain(enum family family);

/* The loopback address of family with port (host byte order; 0 for an ephemeral one). */
struct address family_loopback(enum family family, uint16_t port);

/* The port of a (host byte order), 0 when a is empty. */
uint16_t address_port(const struct address *a);

/* The same address and port? */
bool address_equal(const struct address *a, const struct address *b);

#endif
