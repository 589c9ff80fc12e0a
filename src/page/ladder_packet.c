#include "page/ladder_packet.h"

#include <stdlib.h>
#include <string.h>

enum { ARROW_ROW = 24, LABEL = 12, ARROW = 18 /* below the row's top */, DISTANCE = 4 };

/* The ordinal number of the connection that end made, among those of the listening socket; -1: it
 * connected to another one. */
static int queue_number(const struct trace *trace, enum who end)
{
	int number = 0;

	for (int i = 0; i < trace->experiment->step_count; i++) {
		const struct step *step = &trace->experiment->script[i].step;

		if (!step_connects(step) || step_destination(step) != LISTENER)
			continue;
		if (step->who == end)
			return number;
		number++;
	}
	return -1;
}

/* The end that took connection number from the listening socket's queue, which is first in, first
 * out (reqsk_queue_remove()); NAMESPACE: nobody did. */
static enum who accepted_by(const struct trace *trace, int number)
{
	const struct experiment *e = trace->experiment;

	for (int i = 0; i < e->step_count; i++) {
		const struct step *step = &e->script[i].step;
		const struct result *result = &trace->observation[i].outcome.result;
		/* Whoever waits in the background gets it when it joins. */
		bool joins = step->operation->id == OP_JOIN;

		for (int b = i; joins && b-- > 0;)
			if (e->script[b].step.who == step->who && e->script[b].step.background) {
				joins = step_accepts(&e->script[b].step);
				break;
			}
		if (!(joins || (step_accepts(step) && !step->background)) ||
			result->kind != RESULT_NUMBER || result->value)
			continue;
		if (!number--)
			return step->who;
	}
	return NAMESPACE;
}

/* The other end of the connection that end made. */
static enum who other_end(const struct ladder_layout *layout, enum who end)
{
	const struct trace *t = layout->trace;
	int number = queue_number(t, end);

	for (int i = 0; number < 0 && i < t->experiment->step_count; i++) {
		const struct step *step = &t->experiment->script[i].step;

		if (step->who == end && step_connects(step) && layout->x[step_destination(step)])
			return step_destination(step);
	}
	enum who accepted = number < 0 ? NAMESPACE : accepted_by(t, number);

	return accepted != NAMESPACE     ? accepted
	       : layout->x[LISTENER]     ? LISTENER
	       : who_side(end) == SERVER ? CLIENT
					 : SERVER;
}

static void add_arrow(struct ladder_layout *layout, const struct packet *packet,
	enum ladder_role role, const char *more)
{
	int from = layout->x[packet->end], to = layout->x[other_end(layout, packet->end)];
	struct ladder_mark mark = {.kind = LADDER_ARROW, .role = role, .y1 = layout->y + ARROW};
	char text[PACKET_TEXT], *flags;

	mark.x1 = packet->from_client ? from : to;
	mark.x2 = packet->from_client ? to : from;
	int way = mark.x2 < mark.x1 ? -1 : 1;

	mark.x1 += DISTANCE * way;
	mark.x2 -= DISTANCE * way;
	if (role == LADDER_LOST)
		mark.x2 = mark.x1 + (mark.x2 - mark.x1) * 2 / 3;
	ladder_layout_add(layout, mark);
	packet_text(packet, text, sizeof text);
	flags = strpbrk(text, "<>") + 2;
	mark.kind = LADDER_TEXT;
	mark.anchor = LADDER_AROUND;
	mark.x1 = (from + to) / 2;
	mark.y1 = layout->y + LABEL;
	mark.text = strdup(flags);
	mark.more = *more ? strdup(more) : NULL;
	layout->failed |= !mark.text || (*more && !mark.more);
	ladder_layout_add(layout, mark);
	layout->y += ARROW_ROW;
}

void ladder_packet_add(struct ladder_layout *layout, int capture)
{
	const struct captured_packet *c = &layout->trace->capture[capture];
	enum ladder_role role = trace_unexpected(layout->trace, capture) ? LADDER_UNEXPECTED
				: c->fate == PACKET_LOST                 ? LADDER_LOST
									 : LADDER_PACKET;
	char more[CAPTURE_TEXT + 48] = "";

	if (role == LADDER_UNEXPECTED)
		snprintf(more, sizeof more, "not expected");
	else if (layout->trace->wire == WIRE_FULL)
		captured_packet_text(c, more, CAPTURE_TEXT);
	size_t used = strlen(more);

	snprintf(more + used, sizeof more - used, "%s%s", used && c->fate ? ", " : "",
		packet_fate_text(c->fate));
	ladder_layout_clock(layout, c->time, layout->y + ARROW);
	add_arrow(layout, &c->packet, role, more);
}

void ladder_packet_add_missing(struct ladder_layout *layout, int wire)
{
	add_arrow(layout, &layout->trace->experiment->wire[wire].packet, LADDER_MISSING,
		"expected, not seen");
}
