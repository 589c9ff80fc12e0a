#include "cmd/list_page.h"

#include "explain/search.h"
#include "page/page.h"
#include "page/page_part.h"
#include "page/page_trace.h"
#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

void list_page_begin(struct version kernel, FILE *out)
{
	page_begin("Catalogue", out);
	fprintf(out,
		"<p>What a program sees of a connection that ends: an experiment each, with the "
		"kernel's reason, and what is expected on Linux %d.%d.%d, on the first of its "
		"families. <code>closewait run NAME</code> runs one and shows every packet and "
		"state; <code>closewait explain EPIPE</code> tells what gives an errno, an event "
		"or a signal; <code>closewait try peer-close -- PROGRAM</code> plays one of the "
		"peers below to a program of yours.</p>\n",
		kernel.major, kernel.minor, kernel.patch);
	page_main(out);
}

static enum family first_family(const struct experiment *e)
{
	int family = 0;

	while (!(e->families & 1u << family))
		family++;
	return (enum family)family;
}

static void families_text(const struct experiment *e, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "Runs on");

	for (int f = 0; f < FAMILY_COUNT && used < size; f++)
		if (e->families & 1u << f)
			used += (size_t)snprintf(
				text + used, size - used, " %s", family_name((enum family)f));
}

bool list_page_add(const struct experiment *e, struct version kernel, FILE *out)
{
	struct trace *trace = trace_new(e, first_family(e), kernel);
	char families[128];

	families_text(e, families, sizeof families);
	const struct page_trace part = {.trace = trace,
		.summary = families,
		.assumed = true,
		.folded = true,
		.diagram = true,
		.introduction = true};
	bool good = trace && trace_assume(trace) && page_trace_begin(&part, out);

	if (good)
		page_trace_end(&part, out);
	trace_free(trace);
	return good;
}

/* The peers' scripts are one half of an experiment: a text, and no diagram. */
bool list_page_add_peer(const struct experiment *peer, FILE *out)
{
	char title[LINE_LIMIT + 1], *text = NULL, *words = search_text(peer);
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	experiment_title(peer, title, sizeof title);
	if (stream)
		experiment_print(peer, stream);
	bool good = memory_close(stream, &text) && words;
	const struct page_part part = {.id = peer->name,
		.name = peer->name,
		.title = title,
		.folded = true,
		.item = true,
		.group = "peer",
		.words = words};

	if (good) {
		page_part_begin(&part, out);
		fputs("<p class=\"dim\">A script of closewait try, which plays it to your "
		      "program.</p>\n",
			out);
		page_trace_text(text, false, out);
		page_part_end(&part, out);
	}
	free(text);
	free(words);
	return good;
}

void list_page_end(FILE *out)
{
	page_end(out);
}
