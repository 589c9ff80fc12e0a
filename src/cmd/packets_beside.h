/*
 * packets_beside: the capture of the same connections that a program's calls were made on.
 */
#ifndef CLOSEWAIT_PACKETS_BESIDE_H
#define CLOSEWAIT_PACKETS_BESIDE_H

#include "cmd/packet_source.h"
#include "diagnose/match.h"
#include "diagnose/sheet.h"

struct packets_beside {
	struct conversations *all; /* NULL: there is no capture */
	struct packet_totals totals;
	struct matches matches;
	int count; /* of requests */
	struct match_request request[MATCHES];
};

/* One more connection that is looked for; beyond MATCHES none is. */
void packets_beside_want(struct packets_beside *beside, const struct match_request *request);

/* Reads the capture called name, and keeps those connections that may be wanted. STATUS_MISUSE or
 * STATUS_ENVIRONMENT after a message. */
enum status packets_beside_read(struct packets_beside *beside, const char *name);

/* Finds the connection, and takes it; says which it is, or that there is none, on sheet, unless
 * that is NULL. */
struct match packets_beside_take(
	struct packets_beside *beside, const struct match_request *request, struct sheet *sheet);

/* The only connection of the capture, or the only one with a trouble: whose calls were typed has
 * said no more. accepted as in a request. */
struct match packets_beside_only(const struct packets_beside *beside, bool accepted);

/* Write what the capture is, once it was read; and the connections with a trouble that no calls
 * were matched to. */
void packets_beside_print_totals(const struct packets_beside *beside, struct sheet *sheet);
void packets_beside_print_rest(const struct packets_beside *beside, struct sheet *sheet);

void packets_beside_free(struct packets_beside *beside);

#endif
