/*
 * symptom_print: the page of a symptom.
 */
#include "explain/symptom.h"

#include <netinet/tcp.h>
#include <string.h>

enum { TEXT_COLUMN = 14, LIST_TEXT = 2048, TCP_STATES = TCP_CLOSING + 1 };

static void add(char text[LIST_TEXT], const char *between, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, LIST_TEXT - used, "%s%s", used ? between : "", word);
}

static void print_item(const char *title, const char *text, FILE *out)
{
	if (!*text)
		return;
	fprintf(out, "    %-*s", TEXT_COLUMN - 4, title);
	text_wrap(out, TEXT_COLUMN, text);
}

static void print_calls(const struct origin *origin, FILE *out)
{
	char text[LIST_TEXT] = "";

	for (const struct operation *o = operations; o->name; o++)
		if (origin->call[o->id])
			add(text, ", ", o->name);
	print_item("calls", text, out);
}

static void print_states(const struct origin *origin, FILE *out)
{
	char text[LIST_TEXT] = "";

	for (int state = 1; state < TCP_STATES; state++)
		if (origin->states & 1u << state)
			add(text, ", ", symbol_text(tcp_states, state));
	print_item("state", text, out);
}

static void print_showing(const struct showing *showing, FILE *out)
{
	char text[LIST_TEXT] = "", more[48];

	for (int i = 0; i < showing->kept; i++)
		add(text, ", ", showing->name[i]);
	snprintf(more, sizeof more, "and %d more", showing->count - showing->kept);
	if (showing->count > showing->kept)
		add(text, ", ", more);
	print_item("shown by", text, out);
}

static void print_origin(const struct origin *origin, FILE *out)
{
	const struct rule_text *rule = &rule_texts[origin->rule];
	char text[LIST_TEXT] = "";

	if (origin->cause)
		add(text, "; ", origin->cause);
	add(text, "; ", rule->says);
	fputs("\n  ", out);
	text_wrap(out, 2, text);
	print_item("kernel", rule->kernel, out);
	print_calls(origin, out);
	print_states(origin, out);
	print_showing(&origin->showing, out);
}

/* The origin that most experiments show stands first. */
static void print_origins(const struct symptom_origins *origins, FILE *out)
{
	bool printed[SYMPTOM_ORIGINS] = {false};

	if (origins->count)
		fputs("\nWhat gives it on plain TCP, by the model's rules over the catalogue\n",
			out);
	for (int n = 0; n < origins->count; n++) {
		int most = 0;

		while (printed[most])
			most++;
		for (int i = most + 1; i < origins->count; i++)
			if (!printed[i] && origins->origin[i].showing.count >
						   origins->origin[most].showing.count)
				most = i;
		printed[most] = true;
		print_origin(&origins->origin[most], out);
	}
}

static void print_expected(const struct symptom_origins *origins, FILE *out)
{
	bool began = false;

	for (int f = 0; f < FAMILY_COUNT; f++) {
		if (!origins->expected[f].count)
			continue;
		if (!began)
			fputs("\nOn the families that are not modelled, where it is expected\n",
				out);
		began = true;
		fprintf(out, "\n  %s\n", family_name((enum family)f));
		print_showing(&origins->expected[f], out);
	}
}

/* epoll(7) has poll(2)'s events, with the same numbers. */
static void print_event(const struct symptom *symptom, FILE *out)
{
	if (symptom->kind != SYMPTOM_POLL && symptom->kind != SYMPTOM_EPOLL)
		return;
	for (const struct event_text *t = event_texts; t->event; t++) {
		if (t->event != symptom->value)
			continue;
		fputs("\n  ", out);
		text_wrap(out, 2, t->says);
		print_item("kernel", t->kernel, out);
	}
}

void symptom_print(const struct symptom_origins *origins, FILE *out)
{
	const char *description = symptom_description(&origins->symptom);

	fprintf(out, "%s%s%s\n", origins->symptom.name, *description ? ": " : "", description);
	print_event(&origins->symptom, out);
	print_origins(origins, out);
	print_expected(origins, out);
	if (!symptom_has_origin(origins))
		fputs("\nNo call of the vocabulary gives it: no rule of the model, no experiment "
		      "of "
		      "the\ncatalogue.\n",
			out);
	else
		fputs("\nclosewait explain NAME runs one of these experiments, and tells what its "
		      "packets mean.\n",
			out);
}
