/*
 * diagnose_capture: a capture without a log of calls: its connections, and what their packets alone
 * tell.
 */
#ifndef CLOSEWAIT_DIAGNOSE_CAPTURE_H
#define CLOSEWAIT_DIAGNOSE_CAPTURE_H

#include "cmd/diagnose_calls.h"
#include "cmd/packet_source.h"

/* Reads the capture called name, or the lines that tcpdump printed; "-" is standard input. After a
 * message STATUS_MISUSE or STATUS_ENVIRONMENT. */
enum status diagnose_read_packets(
	const char *name, struct conversations *all, struct packet_totals *totals);

/* What the packets' numbers count: "packet", or "line" of what was printed. */
const char *diagnose_noun(const struct packet_totals *totals);

/* Writes "12 packets: 10 of TCP, on 2 connections", and what was not understood. */
void diagnose_print_packet_totals(
	const struct packet_totals *totals, const struct conversations *all, struct sheet *sheet);

/* Writes the connections of the capture called name, and what ended those that had a trouble. */
enum status diagnose_capture(const char *name, const struct diagnose_options *asked);

/* The same of a file that is open; head as of packet_source_read(). */
enum status diagnose_packets(
	struct lines *lines, const char *name, char *head, const struct diagnose_options *asked);

#endif
