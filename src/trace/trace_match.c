/*
 * trace_match: trace.h's matching of expected packets with captured ones.
 */
#include "trace/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 32 };

/* Makes room for captured packets, and for the table that matches them to planned ones. An
 * allocation that succeeded is kept even when another one fails. */
static int make_room(struct trace *trace, int room)
{
	size_t plans = (size_t)trace->experiment->wire_count + 1, packets = (size_t)room;
	struct captured_packet *capture = realloc(trace->capture, packets * sizeof *capture);

	if (capture)
		trace->capture = capture;
	int *plan = realloc(trace->capture_plan, packets * sizeof *plan);

	if (plan)
		trace->capture_plan = plan;
	unsigned short *common = realloc(trace->common, plans * (packets + 1) * sizeof *common);

	if (common)
		trace->common = common;
	if (!capture || !plan || !common)
		return -ENOMEM;
	trace->capture_room = room;
	return 0;
}

int trace_add_capture(struct trace *trace, const struct captured_packet *capture)
{
	if (trace->capture_count == trace->capture_room) {
		int room = trace->capture_room ? 2 * trace->capture_room : FIRST_ROOM;
		int status = room > CAPTURE_LIMIT ? -EOVERFLOW : make_room(trace, room);

		if (status)
			return status;
	}
	trace->capture_plan[trace->capture_count] = -1;
	trace->capture[trace->capture_count++] = *capture;
	return 0;
}

bool trace_expects_packet(const struct trace *trace, int i)
{
	return trace->wire != WIRE_NONE &&
	       planned_packet_holds(&trace->experiment->wire[i], trace->family, trace->kernel);
}

bool trace_unexpected(const struct trace *trace, int i)
{
	return trace->capture_plan[i] < 0 && !packet_is_bare_ack(&trace->capture[i].packet) &&
	       experiment_names_packets(trace->experiment, trace->family, trace->kernel);
}

/* Can the captured packet be the planned one? A packet cannot come before the step that caused
 * it. */
static bool is_planned(const struct trace *trace, const struct planned_packet *plan,
	const struct captured_packet *capture)
{
	const struct observation *step = plan->step < 0 ? NULL : &trace->observation[plan->step];

	return packets_equal(&plan->packet, &capture->packet) &&
	       (!step || (step->reached && step->outcome.begin <= capture->time));
}

/* length[i * (captures + 1) + j]: the longest common sequence of the planned packets from i and the
 * captured ones from j. */
static void fill(const struct trace *trace, int plans, const int *plan, unsigned short *length)
{
	int width = trace->capture_count + 1;

	memset(&length[(size_t)plans * (size_t)width], 0, (size_t)width * sizeof *length);
	for (int i = plans - 1; i >= 0; i--) {
		length[i * width + width - 1] = 0;
		for (int j = width - 2; j >= 0; j--) {
			unsigned short down = length[(i + 1) * width + j],
				       right = length[i * width + j + 1];
			bool same = is_planned(
				trace, &trace->experiment->wire[plan[i]], &trace->capture[j]);

			length[i * width + j] =
				same ? (unsigned short)(length[(i + 1) * width + j + 1] + 1)
				: down > right ? down
					       : right;
		}
	}
}

/* Reads the common sequence off the table. Returns how many planned packets are missing. */
static int assign(struct trace *trace, int plans, const int *plan, const unsigned short *length)
{
	int width = trace->capture_count + 1, i = 0, j = 0, missing = plans;

	while (i < plans && j < trace->capture_count)
		if (is_planned(trace, &trace->experiment->wire[plan[i]], &trace->capture[j])) {
			trace->plan_capture[plan[i]] = j;
			trace->capture_plan[j++] = plan[i++];
			missing--;
		} else if (length[(i + 1) * width + j] >= length[i * width + j + 1])
			i++;
		else
			j++;
	return missing;
}

int trace_match(struct trace *trace)
{
	int plan[WIRE_LIMIT], plans = 0;

	for (int i = 0; i < trace->experiment->wire_count; i++) {
		trace->plan_capture[i] = -1;
		if (trace_expects_packet(trace, i))
			plan[plans++] = i;
	}
	for (int i = 0; i < trace->capture_count; i++)
		trace->capture_plan[i] = -1;
	if (!plans || !trace->capture_count)
		return plans;
	fill(trace, plans, plan, trace->common);
	int missing = assign(trace, plans, plan, trace->common);

	for (int i = 0; i < trace->capture_count; i++)
		if (trace_unexpected(trace, i))
			return -1;
	return missing;
}
