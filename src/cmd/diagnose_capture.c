#include "cmd/diagnose_capture.h"

#include "cmd/diagnose_capture_json.h"
#include "diagnose/verdict.h"
#include "language/catalog.h"

#include <stdio.h>
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

static void print_strange(const struct packet_totals *t)
{
	const char *what = diagnose_noun(t);

	if (!t->strange)
		return;
	printf("# not understood: %ld %s%s:", t->strange, what, text_plural(t->strange));
	for (int i = 0; i < SOURCE_STRANGE && i < t->strange; i++)
		printf(" %ld", t->strange_packet[i]);
	puts(t->strange > SOURCE_STRANGE ? " ..." : "");
}

static void print_table_totals(const struct conversations_totals *t)
{
	if (t->closed)
		printf("# not kept: %ld connection%s that both ends had closed\n", t->closed,
			text_plural(t->closed));
	if (t->forgotten)
		printf("# not followed to the end: %ld connection%s beyond %d at once\n",
			t->forgotten, text_plural(t->forgotten), CONVERSATIONS_LIMIT);
	if (t->dropped)
		printf("# not kept: %ld connection%s beyond the first %d that had a trouble\n",
			t->dropped, text_plural(t->dropped), CONVERSATIONS_KEPT);
}

void diagnose_print_packet_totals(
	const struct packet_totals *totals, const struct conversations *all)
{
	const struct packet_totals *t = totals;
	const struct conversations_totals *followed = conversations_totals(all);

	printf("# %ld %s%s%s%s: %ld of TCP, on %ld connection%s", t->packets, diagnose_noun(t),
		text_plural(t->packets), *t->link ? " on " : "", t->link, t->tcp, followed->begun,
		text_plural(followed->begun));
	printf(t->other ? "; %ld of other protocols\n" : "\n", t->other);
	print_strange(t);
	if (t->fragments)
		printf("# %ld further fragment%s of IP packets: what is in them is not read\n",
			t->fragments, text_plural(t->fragments));
	if (*t->cut_short)
		printf("# it ends too soon: %s; read up to %s %ld\n", t->cut_short,
			diagnose_noun(t), t->packets);
	print_table_totals(followed);
}

/* Those with a trouble first, the likeliest to be asked for. */
static void print_conversations(const struct conversations *all, const char *noun)
{
	const struct conversation *c;
	int i;

	for (i = 0; (c = conversations_at(all, i)) && i < LISTED; i++) {
		bool trouble = conversation_trouble(c) != TROUBLE_NONE;

		verdict_print_heading(c, noun, stdout);
		if (trouble && i < SHOWN) {
			verdict_print(c, noun, stdout);
			puts("");
		}
	}
	while (conversations_at(all, i))
		i++;
	if (i > LISTED)
		printf("# and %d more\n", i - LISTED);
	if (!i)
		puts("# no connection");
	else if (conversation_trouble(conversations_at(all, 0)) == TROUBLE_NONE)
		puts("# none was reset, refused, left without an answer, or ended before anything "
		     "came");
}

static enum status print_all(
	struct conversations *all, const struct packet_totals *totals, bool json)
{
	conversations_sort(all);
	if (json)
		return diagnose_capture_json(all, totals);
	diagnose_print_packet_totals(totals, all);
	print_conversations(all, diagnose_noun(totals));
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

enum status diagnose_capture(const char *name, bool json)
{
	struct conversations *all = new_table(name);
	struct packet_totals totals = {0};
	enum status status = all ? diagnose_read_packets(name, all, &totals) : STATUS_ENVIRONMENT;

	if (status == STATUS_EXPECTED)
		status = print_all(all, &totals, json);
	conversations_free(all);
	return status;
}

enum status diagnose_packets(struct lines *lines, const char *name, char *head, bool json)
{
	struct conversations *all = new_table(name);
	struct packet_totals totals = {0};
	enum status status =
		all ? packet_source_read(lines, name, head, all, &totals) : STATUS_ENVIRONMENT;

	if (status == STATUS_EXPECTED)
		status = print_all(all, &totals, json);
	conversations_free(all);
	return status;
}
