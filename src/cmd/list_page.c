#include "cmd/list_page.h"

#include "page/page.h"
#include "page/page_trace.h"

#include <string.h>

void list_page_begin(struct version kernel, FILE *out)
{
	page_begin("Catalogue", out);
	fprintf(out,
		"<p>What a program sees of a connection that ends: an experiment each, with the "
		"kernel's reason, and what is expected on Linux %d.%d.%d, on the first of its "
		"families. <code>closewait run NAME</code> runs one and shows every packet and "
		"state; <code>closewait explain EPIPE</code> tells what gives an errno, an event "
		"or a signal.</p>\n",
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

void list_page_end(FILE *out)
{
	page_end(out);
}
