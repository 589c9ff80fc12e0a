/*
 * family: the address families that an experiment can run on, and their loopback addresses.
 */
#ifndef CLOSEWAIT_FAMILY_H
#define CLOSEWAIT_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum family {
#define FAMILY(id, ...) FAMILY_##id,
#include "language/families.def"
	FAMILY_COUNT,
};

/* What answers the calls of a family. */
enum protocol_kind { PROTOCOL_TCP, PROTOCOL_MPTCP, PROTOCOL_UNIX };

/* What carries its segments. */
enum network_kind { NETWORK_IPV4, NETWORK_IPV6, NETWORK_NONE };

/* socket(2)'s arguments. */
struct socket_kind {
	int domain, type, protocol;
};

/* An address of any family with its length. */
struct address {
	socklen_t length;
	struct sockaddr_storage storage;
};

/* As a use line has it: "tcp4". */
const char *family_name(enum family family);

/* Finds a family by its name; false when there is none. */
bool family_value(const char *name, enum family *family);

/* What a socket of family is made of. */
struct socket_kind family_socket_kind(enum family family);

enum protocol_kind family_protocol(enum family family);

enum network_kind family_network(enum family family);

/* Is a connection of family one of plain TCP? Then the kernel shows its TCP state, its packets are
 * those of RFC 9293, and the model knows it. */
bool family_is_tcp(enum family family);

/* The names of all families, with blanks between, for messages. */
const char *family_names(void);

/* Where an end of a connection is: on loopback, or at either side of a network; or anywhere. */
enum place { PLACE_LOOPBACK, PLACE_NEAR, PLACE_FAR, PLACE_ANY, PLACE_COUNT };

/* The address of family there, with an ephemeral port, which a server binds to; of AF_UNIX one
 * without a name, which the kernel then chooses (unix(7), autobind). */
struct address family_address(enum family family, enum place place);

/* That of PLACE_LOOPBACK. */
struct address family_loopback(enum family family);

/* An end of a connection through a network as the other side sees it, with the same port: the near
 * address as the far one, and the far one as the near one. */
struct address address_across(enum family family, const struct address *a);

/* The port of a (host byte order), 0 when it has none. */
uint16_t address_port(const struct address *a);

/* Sets the port of an internet address. */
void address_set_port(struct address *a, uint16_t port);

/* The same internet address and port? Those of AF_UNIX are never the same: its clients have none.
 */
bool address_equal(const struct address *a, const struct address *b);

#endif
