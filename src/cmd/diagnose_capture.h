/*
 * diagnose_capture: a capture without a log of calls: its connections, and what their packets alone
 * tell.
 */
#ifndef CLOSEWAIT_DIAGNOSE_CAPTURE_H
#define CLOSEWAIT_DIAGNOSE_CAPTURE_H

#include "cmd/packet_source.h"

/* Reads the capture, or the lines that tcpdump printed, called name; "-" is standard input. After a
 * message STATUS_MISUSE or STATUS_ENVIRONMENT. */
enum status diagnose_read_packets(
	const char *name, struct conversations *all, struct packet_totals *totals);

/* What the packets' numbers count: "packet", or "line" of what was printed. */
const char *diagnose_noun(const struct packet_totals *totals);

/* Prints "# 12 packets: 10 of TCP, on 2 connections", and what was not understood. */
void diagnose_print_packet_totals(
	const struct packet_totals *totals, const struct conversations *all);

/* Prints the connections of a capture, and what ended those that had a trouble. */
enum status diagnose_capture(const char *name);

/* The same of lines, of which the first was read already, and so many before it. */
enum status diagnose_lines(FILE *in, const char *name, const char *first, long before);

#endif
