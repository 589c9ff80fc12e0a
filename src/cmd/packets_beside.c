#include "cmd/packets_beside.h"

#include "cmd/diagnose_capture.h"
#include "diagnose/verdict.h"

enum { RESTS = 10 }; /* connections without calls that are listed */

void packets_beside_want(struct packets_beside *beside, const struct match_request *request)
{
	if (beside->count < MATCHES)
		beside->request[beside->count++] = *request;
}

static bool is_wanted(const struct conversation *c, void *context)
{
	const struct packets_beside *beside = context;

	for (int i = 0; i < beside->count; i++)
		if (match_may_be(&beside->request[i], c))
			return true;
	return false;
}

enum status packets_beside_read(struct packets_beside *beside, const char *name)
{
	beside->all = conversations_new(is_wanted, beside);
	if (!beside->all) {
		message("%s: no memory for its connections", name);
		return STATUS_ENVIRONMENT;
	}
	enum status status = diagnose_read_packets(name, beside->all, &beside->totals);

	conversations_sort(beside->all);
	return status;
}

static void print_match(
	const struct packets_beside *beside, const struct match *match, struct sheet *sheet)
{
	char heading[VERDICT_HEADING];

	if (!match->c) {
		sheet_further_remark(sheet, "in the capture there is no connection that it can be");
		return;
	}
	sheet_further_remark(sheet, "in the capture, matched by %s:",
		match->by_address ? "its addresses"
				  : "what is known of its addresses, and by bytes");
	verdict_heading(match->c, diagnose_noun(&beside->totals), heading, sizeof heading);
	sheet_remark(sheet, "%s", heading);
	verdict_print_gaps(match->c, sheet);
}

struct match packets_beside_take(
	struct packets_beside *beside, const struct match_request *request, struct sheet *sheet)
{
	struct match match = {0};

	if (!beside->all)
		return match;
	match = match_take(&beside->matches, beside->all, request);
	if (sheet)
		print_match(beside, &match, sheet);
	return match;
}

struct match packets_beside_only(const struct packets_beside *beside, bool accepted)
{
	const struct conversation *first = conversations_at(beside->all, 0),
				  *second = conversations_at(beside->all, 1);
	bool only = first && (!second || (conversation_trouble(first) != TROUBLE_NONE &&
						 conversation_trouble(second) == TROUBLE_NONE));

	return (struct match){only ? first : NULL, accepted ? ACCEPTOR : CONNECTOR, false};
}

void packets_beside_print_totals(const struct packets_beside *beside, struct sheet *sheet)
{
	if (beside->all)
		diagnose_print_packet_totals(&beside->totals, beside->all, sheet);
}

void packets_beside_print_rest(const struct packets_beside *beside, struct sheet *sheet)
{
	char heading[VERDICT_HEADING];
	const struct conversation *c;
	int shown = 0;

	if (!beside->all)
		return;
	for (int i = 0; (c = conversations_at(beside->all, i)); i++) {
		if (match_is_taken(&beside->matches, c) || conversation_trouble(c) == TROUBLE_NONE)
			continue;
		if (!shown++)
			sheet_remark(sheet, "in the capture alone, with a trouble:");
		if (shown > RESTS)
			continue;
		verdict_heading(c, diagnose_noun(&beside->totals), heading, sizeof heading);
		sheet_remark(sheet, "%s", heading);
		verdict_print_gaps(c, sheet);
	}
	if (shown > RESTS)
		sheet_remark(sheet, "and %d more", shown - RESTS);
}

void packets_beside_free(struct packets_beside *beside)
{
	conversations_free(beside->all);
}
