/*
 * diagnosis_print: the page.
 */
#include "diagnose/diagnosis.h"
#include "diagnose/diagram.h"
#include "diagnose/reproduce.h"
#include "diagnose/sheet.h"
#include "diagnose/witness.h"

#include <string.h>

enum { PAGE_TEXT = 2048 };

static void call_text(const struct step *step, const struct result *result, char *text, size_t size)
{
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	step_text(step, left, sizeof left);
	result_text(result, right, sizeof right);
	snprintf(text, size, *right ? "%s = %s" : "%s", left, right);
}

/* The acts of a way with their places: "before call 1: ...". */
static void print_acts(const char *title, const struct way *way, struct sheet *sheet)
{
	char text[PAGE_TEXT] = "", place[32];

	for (int i = 0; i < way->count; i++) {
		size_t used = strlen(text);

		diagnosis_place(&way->deed[i], place, sizeof place);
		snprintf(text + used, sizeof text - used, "%s%s: %s", used ? "; " : "", place,
			acts[way->deed[i].act].says);
	}
	sheet_item(sheet, title, text);
}

/* Is it worth a reason: did it fail, end, or go to nobody? */
static bool is_remarkable(const struct step *step, const struct prediction *p)
{
	return p->result.kind == RESULT_ERROR || p->rule == RULE_SEND_ANSWERED_RST ||
	       (p->result.kind == RESULT_ERRNO && p->result.value) ||
	       (step->operation->flags & RECEIVES && p->result.kind == RESULT_NUMBER &&
		       !p->result.value);
}

struct reasons {
	const struct seen *seen;
	struct sheet *sheet;
};

static void print_reason(const struct model *before, const struct model *after,
	const struct step *step, const struct prediction *p, int call, void *context)
{
	char text[PAGE_TEXT], told[LINE_LIMIT + RESULT_TEXT + 8], title[32];
	const struct rule_text *rule = &rule_texts[p->rule];
	struct reasons *reasons = context;

	(void)before, (void)after;
	if (call < 0 || !is_remarkable(step, p))
		return;
	/* as it was seen: one that waited is joined here */
	call_text(seen_step(reasons->seen, call), &p->result, told, sizeof told);
	snprintf(text, sizeof text, "%s: %s%s%s: %s", told, p->cause ? p->cause : "",
		p->cause ? "; " : "", rule->says, rule->kernel);
	snprintf(title, sizeof title, "call %d", call + 1);
	sheet_item(reasons->sheet, title, text);
}

static void print_evidence(const struct seen *seen, const struct way *way, struct sheet *sheet)
{
	struct evidence evidence;
	char title[PAGE_TEXT];

	diagnosis_evidence(seen, way, &evidence);
	if (evidence.call >= 0) {
		snprintf(title, sizeof title, "before call %d: %s", evidence.call + 1,
			evidence.before);
		sheet_item(sheet, "here", title);
	}
	sheet_item(sheet, "nstat", evidence.counters);
}

static void print_advice(const struct way *way, struct sheet *sheet)
{
	for (int i = 0; i < way->count; i++)
		sheet_item(sheet, "facts", acts[way->deed[i].act].advice);
}

/* The ways of a cause below the first. */
static void print_ways(const struct cause *cause, struct sheet *sheet)
{
	char text[PAGE_TEXT];

	for (int i = 0; i < cause->count; i++)
		for (int j = 0; j < cause->way[i].count; j++)
			if (!i || cause->count == 1)
				sheet_item(sheet, "or", acts[cause->way[i].deed[j].act].also);
	for (int i = 1; i < cause->count; i++)
		print_acts("or", &cause->way[i], sheet);
	snprintf(text, sizeof text, "and %d more ways that come to the same", cause->more);
	sheet_item(sheet, "or", cause->more ? text : "");
}

static void print_cause(const struct causes *causes, int i, struct sheet *sheet)
{
	const struct cause *cause = &causes->cause[i];
	const struct way *way = &cause->way[0];
	char title[PAGE_TEXT], name[SHOWN_NAME];

	diagnosis_title(causes->seen, way, title, sizeof title);
	sheet_numbered(sheet, i + 1, title);
	print_acts("how", way, sheet);
	way_play(causes->seen, way, print_reason, &(struct reasons){causes->seen, sheet});
	if (causes->witness)
		witness_print(causes->witness, way, sheet);
	reproduce_shown_by(causes->seen, way, name);
	sheet_item(sheet, "shown by", name);
	sheet_item(sheet, "arrived", cause->signature);
	print_evidence(causes->seen, way, sheet);
	print_ways(cause, sheet);
	print_advice(way, sheet);
	if (!i)
		diagram_print_cause(causes, sheet);
}

/* What differs between the causes, and between the ways of the first one. */
static void print_difference(const struct causes *causes, struct sheet *sheet)
{
	bool tcp = family_is_tcp(causes->seen->family);
	struct evidence evidence;
	char text[PAGE_TEXT], mark[16];

	if (causes->count < 2 && causes->cause[0].count < 2)
		return;
	sheet_heading(sheet, "What tells them apart");
	for (int i = 0; i < causes->count && i < CAUSES_SHOWN; i++) {
		const struct cause *cause = &causes->cause[i];

		for (int j = 0; j < cause->count; j++) {
			diagnosis_evidence(causes->seen, &cause->way[j], &evidence);
			snprintf(mark, sizeof mark, "%d%c", i + 1, 'a' + j);
			const char *moved =
				*evidence.counters ? evidence.counters : "nothing moves";

			snprintf(text, sizeof text, "arrives: %s%s%s%s%s",
				*cause->signature ? cause->signature : "nothing",
				tcp ? "; nstat at the two ends: " : "", tcp ? moved : "",
				*evidence.before ? "; here: " : "", evidence.before);
			sheet_listed(sheet, mark, text);
		}
	}
	if (!tcp)
		return;
	sheet_paragraph(sheet,
		"With a capture at this end: whether a FIN of the peer's came before its RST; and "
		"a RST with ACK\n(R.) was sent by a socket of its own accord, one without (R) "
		"answers a segment (RFC 9293 3.10.5,\n3.10.7.1; tcp_send_active_reset(), "
		"tcp_v4_send_reset()).");
}

static void print_nothing(const struct causes *causes, struct sheet *sheet)
{
	char text[LINE_LIMIT + RESULT_TEXT + 8];
	struct result result = seen_result(causes->seen, causes->furthest);

	call_text(seen_step(causes->seen, causes->furthest), &result, text, sizeof text);
	sheet_paragraph(
		sheet, "Nothing that is known explains call %d: %s", causes->furthest + 1, text);
	sheet_paragraph(sheet,
		"%s, and none gives all results up to it.\nEither it is not a stream socket of "
		"Linux, or calls are missing before it, or it is a find.",
		causes->gave_up
			? "The likeliest acts of the peer, the network and this end were tried"
			: "Every combination of acts up to a limit was tried");
}

void diagnosis_print(const struct causes *causes, struct sheet *sheet)
{
	const struct seen *seen = causes->seen;
	char text[128];

	snprintf(text, sizeof text, "%d call%s of the %s, on %s%s", seen->count,
		text_plural(seen->count), who_text(seen->who), family_name(seen->family),
		seen->connected ? "; the connection was there before" : "");
	sheet_lead(sheet, text);
	if (!causes->count && seen->count) {
		print_nothing(causes, sheet);
		if (causes->witness)
			witness_print_fallen(causes->witness, sheet);
		return;
	}
	for (int i = 0; i < causes->count && i < CAUSES_SHOWN; i++)
		print_cause(causes, i, sheet);
	if (causes->count + causes->more > CAUSES_SHOWN)
		sheet_paragraph(sheet, "and %d more, each less simple.",
			causes->count + causes->more - CAUSES_SHOWN);
	if (causes->gave_up)
		sheet_paragraph(sheet,
			"Not everything was tried: there is too much that may have happened.");
	print_difference(causes, sheet);
	if (causes->witness)
		witness_print_fallen(causes->witness, sheet);
}
