#include "page/ladder_svg.h"

#include "language/catalog.h"
#include "page/ladder.h"
#include "page/markup.h"
#include "util/memstream.h"

#include <stdlib.h>

enum { HEAD = 7 /* pixels of an arrow's head */ };

/* The class of a role in the style sheet. */
static const char *role_name(enum ladder_role role)
{
	static const char *const names[LADDER_ROLES] = {[LADDER_CALL] = "call",
		[LADDER_LOOK] = "look",
		[LADDER_REASON] = "reason",
		[LADDER_NOTE] = "note",
		[LADDER_EXPECTED] = "expected",
		[LADDER_RESULT] = "result",
		[LADDER_OBSERVED] = "observed",
		[LADDER_PREDICTED] = "predicted",
		[LADDER_EVENT] = "event",
		[LADDER_PACKET] = "packet",
		[LADDER_UNEXPECTED] = "unexpected",
		[LADDER_MISSING] = "missing",
		[LADDER_LOST] = "lost",
		[LADDER_NAME] = "name",
		[LADDER_TIME] = "time",
		[LADDER_GAP] = "gap"};

	return names[role];
}

static const char *state_class(int state)
{
	return state ? symbol_text(tcp_states, state) : "unknown";
}

static void print_text(const struct ladder_mark *m, FILE *out)
{
	static const char *const anchors[] = {
		[LADDER_FROM] = "", [LADDER_AROUND] = " middle", [LADDER_TO] = " end"};

	fprintf(out, "<text class=\"%s%s\" x=\"%d\" y=\"%d\">", role_name(m->role),
		anchors[m->anchor], m->x1, m->y1);
	markup_text(out, m->text);
	if (m->more) {
		fputs(" <tspan class=\"more\">", out);
		markup_text(out, m->more);
		fputs("</tspan>", out);
	}
	fputs("</text>\n", out);
}

static void print_arrow(const struct ladder_mark *m, FILE *out)
{
	int back = m->x2 < m->x1 ? HEAD : -HEAD;

	fprintf(out, "<path class=\"arrow %s\" d=\"M%d %dH%dm%d -4l%d 4l%d 4\"/>\n",
		role_name(m->role), m->x1, m->y1, m->x2, back, -back, back);
	if (m->role == LADDER_LOST)
		fprintf(out, "<path class=\"arrow lost\" d=\"M%d %dl10 10m0 -10l-10 10\"/>\n",
			m->x2 - 5, m->y1 - 5);
}

static void print_state(const struct ladder_mark *m, FILE *out)
{
	fprintf(out,
		"<g class=\"state %s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
		"rx=\"4\"/><text class=\"middle\" x=\"%d\" y=\"%d\">%s</text></g>\n",
		state_class(m->state), m->x1 - m->x2, m->y1 - m->y2 / 2, 2 * m->x2, m->y2, m->x1,
		m->y1 + 4, state_class(m->state));
}

static void print_mark(const struct ladder_mark *m, FILE *out)
{
	switch (m->kind) {
	case LADDER_BOX:
		fprintf(out,
			"<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
			"rx=\"4\"/>\n",
			m->x1, m->y1, m->x2 - m->x1, m->y2 - m->y1);
		break;
	case LADDER_TEXT:
		print_text(m, out);
		break;
	case LADDER_LINE:
		fprintf(out, "<path class=\"line %s\" d=\"M%d %dV%d\"/>\n", state_class(m->state),
			m->x1, m->y1, m->y2);
		break;
	case LADDER_STATE:
		print_state(m, out);
		break;
	case LADDER_DOT:
		fprintf(out, "<circle class=\"dot %s\" cx=\"%d\" cy=\"%d\" r=\"4\"/>\n",
			role_name(m->role), m->x1, m->y1);
		break;
	case LADDER_WAIT:
		fprintf(out, "<path class=\"wait\" d=\"M%d %dV%d\"/>\n", m->x1, m->y1, m->y2);
		break;
	case LADDER_ARROW:
		print_arrow(m, out);
		break;
	}
}

static void print_marks(const struct ladder *ladder, FILE *out)
{
	for (int i = 0; i < ladder->count; i++)
		print_mark(&ladder->mark[i], out);
}

bool ladder_svg_element(const struct trace *trace, const char *title, FILE *out)
{
	struct ladder *ladder = ladder_new(trace);

	if (!ladder)
		return false;
	fprintf(out,
		"<svg class=\"ladder\" role=\"img\" viewBox=\"0 0 %d %d\" "
		"style=\"min-width:%dpx;max-width:%dpx\" aria-label=\"",
		ladder->width, ladder->height, ladder->width * 4 / 5, ladder->width * 6 / 5);
	markup_text(out, title);
	fputs("\">\n", out);
	print_marks(ladder, out);
	fputs("</svg>\n", out);
	ladder_free(ladder);
	return true;
}

/* The trace's text, for who does not see the picture. */
static bool print_description(const struct trace *trace, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream)
		trace_print(trace, false, stream);
	if (!memory_close(stream, &text))
		return false;
	fputs("<desc id=\"desc\">", out);
	markup_text(out, text);
	fputs("</desc>\n", out);
	free(text);
	return true;
}

bool ladder_svg_document(const struct trace *trace, const char *title, FILE *out)
{
	struct ladder *ladder = ladder_new(trace);

	if (!ladder)
		return false;
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder\" role=\"img\" "
		"aria-labelledby=\"title desc\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n<title id=\"title\">",
		ladder->width, ladder->height, ladder->width, ladder->height);
	markup_text(out, title);
	fputs("</title>\n", out);
	bool good = print_description(trace, out);

	fprintf(out, "<style>\n%s</style>\n<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n",
		catalog_text("css", "ladder"), ladder->width, ladder->height);
	print_marks(ladder, out);
	fputs("</svg>\n", out);
	ladder_free(ladder);
	return good;
}
