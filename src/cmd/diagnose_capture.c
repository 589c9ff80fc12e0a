#include "cmd/diagnose_capture.h"

#include "cmd/diagnose_capture_json.h"
#include "diagnose/diagram.h"
#include "diagnose/verdict.h"
#include "language/catalog.h"

#include <unistd.h>

enum { SHOWN = 10, LISTED = 100 }; /* connections that are judged, that are listed */

enum status diagnose_read_packets(
	const char *name, struct conversations *all, struct packet_totals *totals)
{
	enum status status;
	struct lines lines;
	int fd = catalog_open(NULL, name, &status);

	if (fd < 0)
		return status;
	status = STATUS_ENVIRONMENT;
	if (lines_begin(&lines, fd))
		message("%s: no memory to read it", name);
	else {
		status = packet_source_read(&lines, name, NULL, all, totals);
		lines_end(&lines);
	}
	close(fd);
	return status;
}

const char *diagnose_noun(const struct packet_totals *totals)
{
	return totals->lines ? "line" : "packet";
}

static void print_strange(const struct packet_totals *t, struct sheet *sheet)
{
	char numbers[SOURCE_STRANGE * 24] = "";
	size_t used = 0;

	if (!t->strange)
		return;
	for (int i = 0; i < SOURCE_STRANGE && i < t->strange; i++)
		used += (size_t)snprintf(
			numbers + used, sizeof numbers - used, " %ld", t->strange_packet[i]);
	sheet_remark(sheet, "not understood: %ld %s%s:%s%s", t->strange, diagnose_noun(t),
		text_plural(t->strange), numbers, t->strange > SOURCE_STRANGE ? " ..." : "");
}

static void print_table_totals(const struct conversations_totals *t, struct sheet *sheet)
{
	if (t->closed)
		sheet_remark(sheet, "not kept: %ld connection%s that both ends had closed",
			t->closed, text_plural(t->closed));
	if (t->forgotten)
		sheet_remark(sheet, "not followed to the end: %ld connection%s beyond %d at once",
			t->forgotten, text_plural(t->forgotten), CONVERSATIONS_LIMIT);
	if (t->dropped)
		sheet_remark(sheet,
			"not kept: %ld connection%s beyond the first %d that had a trouble",
			t->dropped, text_plural(t->dropped), CONVERSATIONS_KEPT);
}

void diagnose_print_packet_totals(
	const struct packet_totals *totals, const struct conversations *all, struct sheet *sheet)
{
	const struct packet_totals *t = totals;
	const struct conversations_totals *followed = conversations_totals(all);
	char others[64] = "";

	if (t->other)
		snprintf(others, sizeof others, "; %ld of other protocols", t->other);
	sheet_remark(sheet, "%ld %s%s%s%s: %ld of TCP, on %ld connection%s%s", t->packets,
		diagnose_noun(t), text_plural(t->packets), *t->link ? " on " : "", t->link, t->tcp,
		followed->begun, text_plural(followed->begun), others);
	print_strange(t, sheet);
	if (t->fragments)
		sheet_remark(sheet,
			"%ld further fragment%s of IP packets: what is in them is not read",
			t->fragments, text_plural(t->fragments));
	if (*t->cut_short)
		sheet_remark(sheet, "it ends too soon: %s; read up to %s %ld", t->cut_short,
			diagnose_noun(t), t->packets);
	print_table_totals(followed, sheet);
}

/* One of those that are listed; of the first that had a trouble all that is known. */
static void print_conversation(
	const struct conversation *c, bool shown, const char *noun, struct sheet *sheet)
{
	bool tells = shown && conversation_trouble(c) != TROUBLE_NONE;
	char heading[VERDICT_HEADING];

	verdict_heading(c, noun, heading, sizeof heading);
	sheet_part_begin(sheet, c->number, tells, "%s", heading);
	verdict_print_gaps(c, sheet);
	if (tells) {
		verdict_print(c, noun, sheet);
		diagram_print_packets(c, sheet);
	}
	sheet_part_end(sheet);
}

/* Those with a trouble first, the likeliest to be asked for. */
static void print_conversations(
	const struct conversations *all, const char *noun, struct sheet *sheet)
{
	const struct conversation *c;
	int i;

	for (i = 0; (c = conversations_at(all, i)) && i < LISTED; i++)
		print_conversation(c, i < SHOWN, noun, sheet);
	while (conversations_at(all, i))
		i++;
	if (i > LISTED)
		sheet_remark(sheet, "and %d more", i - LISTED);
	if (!i)
		sheet_remark(sheet, "no connection");
	else if (conversation_trouble(conversations_at(all, 0)) == TROUBLE_NONE)
		sheet_remark(sheet, "none was reset, refused, left without an answer, or ended "
				    "before anything came");
}

static enum status print_all(struct conversations *all, const struct packet_totals *totals,
	const struct diagnose_options *asked)
{
	conversations_sort(all);
	if (asked->format == OUTPUT_JSON)
		return diagnose_capture_json(all, totals);
	diagnose_print_packet_totals(totals, all, asked->sheet);
	sheet_main(asked->sheet);
	print_conversations(all, diagnose_noun(totals), asked->sheet);
	return STATUS_EXPECTED;
}

/* The table, or NULL after a message. */
static struct conversations *new_table(const char *name)
{
	struct conversations *all = conversations_new(NULL, NULL);

	if (!all)
		message("%s: no memory for its connections", name);
	return all;
}

enum status diagnose_capture(const char *name, const struct diagnose_options *asked)
{
	struct conversations *all = new_table(name);
	struct packet_totals totals = {0};
	enum status status = all ? diagnose_read_packets(name, all, &totals) : STATUS_ENVIRONMENT;

	if (status == STATUS_EXPECTED)
		status = print_all(all, &totals, asked);
	conversations_free(all);
	return status;
}

enum status diagnose_packets(
	struct lines *lines, const char *name, char *head, const struct diagnose_options *asked)
{
	struct conversations *all = new_table(name);
	struct packet_totals totals = {0};
	enum status status =
		all ? packet_source_read(lines, name, head, all, &totals) : STATUS_ENVIRONMENT;

	if (status == STATUS_EXPECTED)
		status = print_all(all, &totals, asked);
	conversations_free(all);
	return status;
}
