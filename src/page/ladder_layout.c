#include "page/ladder_layout.h"

#include "page/ladder_text.h"

#include <stdlib.h>
#include <string.h>

/* gcc 12's analyzer does not see that the layout owns what is added */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

void ladder_layout_add(struct ladder_layout *layout, struct ladder_mark mark)
{
	struct ladder *l = layout->ladder;

	if (l->count == l->room) {
		int room = l->room ? 2 * l->room : 64;
		struct ladder_mark *more = realloc(l->mark, (size_t)room * sizeof *more);

		if (!more) {
			layout->failed = true;
			free(mark.text);
			free(mark.more);
			return;
		}
		l->mark = more;
		l->room = room;
	}
	l->mark[l->count++] = mark;
}

int ladder_layout_order(const void *a, const void *b)
{
	const struct ladder_mark *left = a, *right = b;

	/* Stretches of lifelines lie on boxes, the rest on them. */
	int left_depth = left->kind == LADDER_BOX ? 0 : left->kind == LADDER_LINE ? 1 : 2;
	int right_depth = right->kind == LADDER_BOX ? 0 : right->kind == LADDER_LINE ? 1 : 2;

	if (left_depth != right_depth)
		return left_depth - right_depth;
	return left->y1 != right->y1 ? left->y1 - right->y1 : left->x1 - right->x1;
}

/* Adds a text, of length bytes, and more behind it, unless that is empty. */
void ladder_layout_text(struct ladder_layout *layout, struct ladder_mark mark, const char *text,
	int length, const char *more)
{
	while (length && text[length - 1] == ' ')
		length--;
	mark.kind = LADDER_TEXT;
	mark.text = strndup(text, (size_t)length);
	mark.more = *more ? strdup(more) : NULL;
	layout->failed |= !mark.text || (*more && !mark.more);
	ladder_layout_add(layout, mark);
}

void ladder_layout_clock(struct ladder_layout *layout, int64_t time, int y)
{
	char text[32];

	if (time <= 0 || time == INT64_MAX || !layout->began)
		return;
	ladder_time_text(time - layout->began, text, sizeof text);
	ladder_layout_text(layout,
		(struct ladder_mark){
			.role = LADDER_TIME, .anchor = LADDER_TO, .x1 = LADDER_CLOCK, .y1 = y},
		text, (int)strlen(text), "");
}

void ladder_layout_stretch(struct ladder_layout *layout, enum who who, int y)
{
	if (y > layout->since[who])
		ladder_layout_add(layout, (struct ladder_mark){.kind = LADDER_LINE,
						  .x1 = layout->x[who],
						  .x2 = layout->x[who],
						  .y1 = layout->since[who],
						  .y2 = y,
						  .state = layout->state[who]});
	layout->since[who] = y;
}
