/*
 * witness_print: which packet made which call return what.
 */
#include "diagnose/witness.h"

#include <errno.h>

enum { PRINT_TEXT = 2048 };

struct telling {
	const struct witness *witness;
	struct sheet *sheet;
	int printed;
};

static const char *flags_of(enum witnessed kind)
{
	switch (kind) {
	case WITNESSED_FIN:
		return "F.";
	case WITNESSED_ABORT:
	case WITNESSED_REFUSAL:
		return "R.";
	case WITNESSED_ANSWER:
	case WITNESSED_STRAY:
	case WITNESSED_RST:
		break;
	}
	return "R";
}

/* "between call 1 and call 2", as the bytes tell. */
static void place_text(const struct witnessed_event *e, int call, char *text, size_t size)
{
	if (e->after < 0)
		snprintf(text, size, "before call %d", call + 1);
	else if (e->after < call)
		snprintf(text, size, "between call %d and call %d", e->after + 1, call + 1);
	else
		snprintf(text, size, "in answer to call %d", call + 1);
}

/* The event that a call tells of: the RST, or else the FIN. */
static const struct witnessed_event *told_by(const struct witness *w, bool fin)
{
	const struct witnessed_events *events = &w->peer_events;

	for (int i = 0; i < events->count; i++)
		if ((events->event[i].kind == WITNESSED_FIN) == fin)
			return &events->event[i];
	return NULL;
}

/* Does a call that receives say that nothing more will come, for no error's sake? */
static bool is_end(const struct witness *w, const struct prediction *p, int call)
{
	return seen_step(w->seen, call)->operation->flags & RECEIVES &&
	       p->result.kind == RESULT_NUMBER && !p->result.value && !p->cause;
}

static void print_call(struct telling *t, const struct prediction *p, int call)
{
	bool end = is_end(t->witness, p, call);
	const struct witnessed_event *e = told_by(t->witness, end);
	char place[64], text[PRINT_TEXT], returned[RESULT_TEXT];

	if (!e)
		return;
	result_text(&p->result, returned, sizeof returned);
	place_text(e, call, place, sizeof place);
	snprintf(text, sizeof text, "%s %ld, %s from the peer, %s: %s; call %d returned %s",
		t->witness->noun, e->packet, flags_of(e->kind), place,
		end ? "tcp_fin() sets RCV_SHUTDOWN, behind all data" : p->cause, call + 1,
		returned);
	sheet_item(t->sheet, t->printed++ ? "" : "packets", text);
}

static bool is_reset(const struct result *r)
{
	bool error = r->kind == RESULT_ERROR || r->kind == RESULT_ERRNO;

	return error && (r->value == EPIPE || r->value == ECONNRESET || r->value == ECONNREFUSED);
}

static void tell(const struct model *before, const struct model *after, const struct step *step,
	const struct prediction *p, int call, void *context)
{
	struct telling *t = context;

	(void)before, (void)after;
	if (call < 0 || step->background)
		return;
	if ((p->cause && is_reset(&p->result)) || is_end(t->witness, p, call))
		print_call(t, p, call);
}

void witness_print(const struct witness *w, const struct way *way, struct sheet *sheet)
{
	struct telling t = {.witness = w, .sheet = sheet};

	way_play(w->seen, way, tell, &t);
}

void witness_print_fallen(const struct witness *w, struct sheet *sheet)
{
	char text[PRINT_TEXT];

	if (!w->fallen_count)
		return;
	sheet_heading(sheet, "What the packets contradict");
	for (int i = 0; i < w->fallen_count && i < WITNESS_FALLEN; i++) {
		snprintf(text, sizeof text, "%s: %s", w->fallen[i].title, w->fallen[i].why);
		sheet_listed(sheet, "-", text);
	}
	if (w->fallen_count > WITNESS_FALLEN) {
		snprintf(text, sizeof text, "%d more", w->fallen_count - WITNESS_FALLEN);
		sheet_listed(sheet, "and", text);
	}
}
