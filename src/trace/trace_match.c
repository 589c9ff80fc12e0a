/*
 * trace_match: trace.h's matching of expected packets with captured ones.
 */
#include "trace/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 32 };

/* Makes room for captured packets, and for the table that matches them to expected ones. An
 * allocation that succeeded is kept even when another one fails. */
static int make_room(struct trace *trace, int room)
{
	size_t expected = (size_t)trace->experiment->wire_count + 1, packets = (size_t)room;
	struct captured_packet *capture = realloc(trace->capture, packets * sizeof *capture);

	if (capture)
		trace->capture = capture;
	int *matched = realloc(trace->capture_expected, packets * sizeof *matched);

	if (matched)
		trace->capture_expected = matched;
	unsigned short *common = realloc(trace->common, expected * (packets + 1) * sizeof *common);

	if (common)
		trace->common = common;
	if (!capture || !matched || !common)
		return -ENOMEM;
	trace->capture_room = room;
	return 0;
}

/* The packet that was seen before as it was sent: the latest that is the same. */
static int add_loss(struct trace *trace, const struct captured_packet *lost)
{
	for (int i = trace->capture_count - 1; i >= 0; i--) {
		struct captured_packet *sent = &trace->capture[i];

		if (sent->fate != PACKET_PASSED || sent->seq != lost->seq ||
			!packets_equal(&sent->packet, &lost->packet))
			continue;
		sent->fate = PACKET_LOST;
		break;
	}
	return 0;
}

int trace_add_capture(struct trace *trace, const struct captured_packet *capture)
{
	if (capture->fate == PACKET_LOST)
		return add_loss(trace, capture);
	if (trace->capture_count == trace->capture_room) {
		int room = trace->capture_room ? 2 * trace->capture_room : FIRST_ROOM;
		int status = room > CAPTURE_LIMIT ? -EOVERFLOW : make_room(trace, room);

		if (status)
			return status;
	}
	struct captured_packet *added = &trace->capture[trace->capture_count];
	int64_t after = trace->capture_count ? added[-1].time + 1 : capture->time;

	trace->capture_expected[trace->capture_count++] = -1;
	*added = *capture;
	if (added->time < after)
		added->time = after;
	return 0;
}

bool trace_expects_packet(const struct trace *trace, int i)
{
	return trace->wire != WIRE_NONE &&
	       expected_packet_holds(&trace->experiment->wire[i], trace->family, trace->kernel);
}

bool trace_unexpected(const struct trace *trace, int i)
{
	return trace->capture_expected[i] < 0 && !packet_is_bare_ack(&trace->capture[i].packet) &&
	       experiment_names_packets(trace->experiment, trace->family, trace->kernel);
}

/* Can the captured packet be the expected one? A packet cannot come before the step that caused
 * it. */
static bool is_expected(const struct trace *trace, const struct expected_packet *wire,
	const struct captured_packet *capture)
{
	const struct observation *step = wire->step < 0 ? NULL : &trace->observation[wire->step];

	return packets_equal(&wire->packet, &capture->packet) &&
	       (!step || (step->reached && step->outcome.begin <= capture->time));
}

/* length[i * (captures + 1) + j]: the longest common sequence of the expected packets from i and
 * the captured ones from j. */
static void fill(const struct trace *trace, int expected, const int *wire, unsigned short *length)
{
	int width = trace->capture_count + 1;

	memset(&length[(size_t)expected * (size_t)width], 0, (size_t)width * sizeof *length);
	for (int i = expected - 1; i >= 0; i--) {
		length[i * width + width - 1] = 0;
		for (int j = width - 2; j >= 0; j--) {
			unsigned short down = length[(i + 1) * width + j],
				       right = length[i * width + j + 1];
			bool same = is_expected(
				trace, &trace->experiment->wire[wire[i]], &trace->capture[j]);

			length[i * width + j] =
				same ? (unsigned short)(length[(i + 1) * width + j + 1] + 1)
				: down > right ? down
					       : right;
		}
	}
}

/* Reads the common sequence off the table. Returns how many expected packets are missing. */
static int assign(struct trace *trace, int expected, const int *wire, const unsigned short *length)
{
	int width = trace->capture_count + 1, i = 0, j = 0, missing = expected;

	while (i < expected && j < trace->capture_count)
		if (is_expected(trace, &trace->experiment->wire[wire[i]], &trace->capture[j])) {
			trace->expected_capture[wire[i]] = j;
			trace->capture_expected[j++] = wire[i++];
			missing--;
		} else if (length[(i + 1) * width + j] >= length[i * width + j + 1])
			i++;
		else
			j++;
	return missing;
}

int trace_match(struct trace *trace)
{
	int wire[WIRE_LIMIT], expected = 0;

	for (int i = 0; i < trace->experiment->wire_count; i++) {
		trace->expected_capture[i] = -1;
		if (trace_expects_packet(trace, i))
			wire[expected++] = i;
	}
	for (int i = 0; i < trace->capture_count; i++)
		trace->capture_expected[i] = -1;
	if (!expected || !trace->capture_count)
		return expected;
	fill(trace, expected, wire, trace->common);
	int missing = assign(trace, expected, wire, trace->common);

	for (int i = 0; i < trace->capture_count; i++)
		if (trace_unexpected(trace, i))
			return -1;
	return missing;
}
