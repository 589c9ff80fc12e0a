#include "page/ladder_rows.h"

#include "explain/explain.h"
#include "page/ladder_items.h"
#include "page/ladder_packet.h"
#include "page/ladder_text.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROW = 20,         /* of a call; its base line is BASE below its top */
	LINE_HEIGHT = 14, /* of what stands below it */
	BASE = 14,
	STATE_ROW = 24,
	STATE_HEIGHT = 16,
	STATE_WIDTH = 42,       /* half of it */
	INDENT = 14,            /* of texts from their lifeline */
	CALL_LIMIT = 34,        /* characters in a line of a call, */
	REASON_LIMIT_LINE = 43, /* and of a reason */
	HEAD = 18,
};

void ladder_rows_head(struct ladder_layout *layout)
{
	struct ladder *l = layout->ladder;

	layout->y = HEAD;
	if (layout->began)
		ladder_layout_text(layout,
			(struct ladder_mark){.role = LADDER_TIME,
				.anchor = LADDER_TO,
				.x1 = LADDER_CLOCK,
				.y1 = layout->y},
			"ms", 2, "");
	for (int i = 0; i < l->end_count; i++) {
		const char *name = who_text(l->end[i]);

		ladder_layout_text(layout,
			(struct ladder_mark){.role = LADDER_NAME,
				.anchor = LADDER_AROUND,
				.x1 = layout->x[l->end[i]],
				.y1 = layout->y},
			name, (int)strlen(name), "");
		layout->since[l->end[i]] = layout->y + LADDER_MARGIN;
	}
	layout->y += 2 * LADDER_MARGIN;
}

/* Where the texts of an end stand: right of its lifeline, of the last one left of it; of the
 * namespace in the middle. */
static struct ladder_mark beside(const struct ladder_layout *layout, enum who who)
{
	if (who == NAMESPACE)
		return (struct ladder_mark){
			.anchor = LADDER_AROUND, .x1 = (layout->first + layout->last) / 2};
	if (layout->x[who] == layout->last || who_side(who) == SERVER)
		return (struct ladder_mark){.anchor = LADDER_TO, .x1 = layout->x[who] - INDENT};
	return (struct ladder_mark){.anchor = LADDER_FROM, .x1 = layout->x[who] + INDENT};
}

/* Adds text below what is there, in as many lines as it needs. */
static void add_lines(struct ladder_layout *layout, enum who who, enum ladder_role role,
	const char *text, int limit)
{
	struct ladder_mark mark = beside(layout, who);

	mark.role = role;
	for (int length; *text; text += length) {
		length = ladder_break(text, limit);
		mark.y1 = layout->y + LINE_HEIGHT - 3;
		ladder_layout_text(layout, mark, text, length, "");
		layout->y += LINE_HEIGHT;
	}
}

/* The call; its result behind it, or below where there is no room. */
static void add_call(struct ladder_layout *layout, int i, enum ladder_role role, const char *result)
{
	enum who who = layout->trace->experiment->script[i].step.who;
	struct ladder_mark mark = beside(layout, who);
	char text[LADDER_TEXT_LIMIT];
	const char *at = text;
	int length = 0;

	ladder_step_text(layout->trace, i, text, sizeof text);
	mark.role = role;
	mark.y1 = layout->y + BASE;
	layout->y += ROW;
	while ((int)strlen(at) > CALL_LIMIT) {
		length = ladder_break(at, CALL_LIMIT);
		ladder_layout_text(layout, mark, at, length, "");
		mark.y1 += LINE_HEIGHT;
		layout->y += LINE_HEIGHT;
		at += length;
	}
	bool fits = (int)(strlen(at) + strlen(result)) < CALL_LIMIT;

	ladder_layout_text(layout, mark, at, (int)strlen(at), fits ? result : "");
	if (!fits)
		add_lines(layout, who, LADDER_RESULT, result, CALL_LIMIT);
}

static void add_answer(struct ladder_layout *layout, int i, enum ladder_role role, const char *name,
	const struct result *result)
{
	char right[RESULT_TEXT], text[RESULT_TEXT + 16];

	if (result->kind == RESULT_UNKNOWN || result->kind == RESULT_NONE)
		return;
	result_text(result, right, sizeof right);
	snprintf(text, sizeof text, "%s %s", name, *right ? right : "that it arrives");
	add_lines(layout, layout->trace->experiment->script[i].step.who, role, text, CALL_LIMIT);
}

/* A step that deviates: what was expected, what was observed and what the model predicts. */
static void add_deviation(struct ladder_layout *layout, int i, const struct answers *answers)
{
	enum who who = layout->trace->experiment->script[i].step.who;
	bool reached = layout->trace->observation[i].reached;
	int top = layout->y;

	add_call(layout, i, LADDER_UNEXPECTED, "");
	add_answer(layout, i, LADDER_EXPECTED, "expected", &answers->expected);
	if (reached)
		add_answer(layout, i, LADDER_OBSERVED, "observed", &answers->observed);
	else
		add_lines(layout, who, LADDER_OBSERVED, "not reached", CALL_LIMIT);
	add_answer(layout, i, LADDER_PREDICTED, "predicted", &answers->predicted);
	layout->y += 4;
	ladder_layout_add(layout, (struct ladder_mark){.kind = LADDER_BOX,
					  .x1 = layout->first + 6,
					  .x2 = layout->last - 6,
					  .y1 = top,
					  .y2 = layout->y});
}

void ladder_rows_end_wait(struct ladder_layout *layout, enum who who, int y)
{
	if (layout->waits[who])
		ladder_layout_add(
			layout, (struct ladder_mark){.kind = LADDER_WAIT,
					.x1 = layout->x[who] +
					      (beside(layout, who).anchor == LADDER_TO ? -7 : 7),
					.y1 = layout->waits[who],
					.y2 = y});
	layout->waits[who] = 0;
}

/* What is written below a step. */
static void add_remarks(struct ladder_layout *layout, int i)
{
	const struct observation *o = &layout->trace->observation[i];
	enum who who = layout->trace->experiment->script[i].step.who;
	char reason[EXPLAIN_REASON];

	if (o->note)
		add_lines(layout, who, LADDER_NOTE, o->note, REASON_LIMIT_LINE);
	if (!explain_reason(layout->trace, i, reason, sizeof reason))
		return;
	add_lines(layout, who, LADDER_REASON, reason, REASON_LIMIT_LINE);
	layout->y += 4;
}

static void add_step(struct ladder_layout *layout, int i, int64_t time)
{
	const struct step *step = &layout->trace->experiment->script[i].step;
	struct answers answers = trace_answers(layout->trace, i);
	bool looks = step->who == NAMESPACE || step->operation->flags & LOOKS;
	int top = layout->y;
	char result[LADDER_TEXT_LIMIT];

	ladder_layout_clock(layout, time, top + BASE);
	if (step->who != NAMESPACE)
		ladder_layout_add(layout, (struct ladder_mark){.kind = LADDER_DOT,
						  .role = looks ? LADDER_LOOK : LADDER_CALL,
						  .x1 = layout->x[step->who],
						  .y1 = top + BASE - 4});
	if (trace_deviates(layout->trace, i))
		add_deviation(layout, i, &answers);
	else {
		ladder_result_text(&answers.observed, result, sizeof result);
		add_call(layout, i, looks ? LADDER_LOOK : LADDER_CALL, result);
	}
	add_remarks(layout, i);
	if (step->operation->id == OP_JOIN)
		ladder_rows_end_wait(layout, step->who, top + BASE - 4);
	if (step->background)
		layout->waits[step->who] = top + BASE - 4;
}

static void add_states(struct ladder_layout *layout, int i)
{
	int y = layout->y + STATE_ROW / 2;

	for (int e = 0; e < layout->ladder->end_count; e++) {
		enum who who = layout->ladder->end[e];
		int state = ladder_state_after(layout->trace, i, who);

		if (!state || state == layout->state[who])
			continue;
		ladder_layout_stretch(layout, who, y);
		layout->state[who] = state;
		ladder_layout_add(layout, (struct ladder_mark){.kind = LADDER_STATE,
						  .state = state,
						  .x1 = layout->x[who],
						  .x2 = STATE_WIDTH,
						  .y1 = y,
						  .y2 = STATE_HEIGHT});
	}
	layout->y += STATE_ROW;
}

static void add_event(struct ladder_layout *layout, int i)
{
	const struct event *event = &layout->trace->event[i];

	ladder_layout_clock(layout, event->time, layout->y + LINE_HEIGHT - 3);
	add_lines(layout, event->client ? CLIENT : SERVER, LADDER_EVENT, event->text,
		REASON_LIMIT_LINE);
}

static void add_gap(struct ladder_layout *layout, int milliseconds)
{
	char text[48];

	snprintf(text, sizeof text, "\u22EE %d ms pass", milliseconds);
	add_lines(layout, NAMESPACE, LADDER_GAP, text, CALL_LIMIT);
	layout->y += 4;
}

void ladder_rows_item(struct ladder_layout *layout, const struct ladder_item *item)
{
	switch (item->kind) {
	case ITEM_STEP:
		add_step(layout, item->index, item->time);
		break;
	case ITEM_STATES:
		add_states(layout, item->index);
		break;
	case ITEM_PACKET:
		ladder_packet_add(layout, item->index);
		break;
	case ITEM_MISSING:
		ladder_packet_add_missing(layout, item->index);
		break;
	case ITEM_EVENT:
		add_event(layout, item->index);
		break;
	case ITEM_GAP:
		add_gap(layout, item->index);
		break;
	}
}
