/*
 * diagnose_capture_json: the connections of a capture as one object.
 */
#ifndef CLOSEWAIT_DIAGNOSE_CAPTURE_JSON_H
#define CLOSEWAIT_DIAGNOSE_CAPTURE_JSON_H

#include "cmd/packet_source.h"

/* Prints what was read, and the connections, in their order. STATUS_EXPECTED, or STATUS_ENVIRONMENT
 * after a message. */
enum status diagnose_capture_json(
	const struct conversations *all, const struct packet_totals *totals);

#endif
