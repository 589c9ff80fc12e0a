/*
 * symptom_print: the page of a symptom.
 */
#include "explain/symptom.h"

#include <netinet/tcp.h>
#include <string.h>

enum { TEXT_COLUMN = 14, TCP_STATES = TCP_CLOSING + 1 };

static void add(char text[SYMPTOM_TEXT], const char *between, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, SYMPTOM_TEXT - used, "%s%s", used ? between : "", word);
}

void symptom_how(const struct origin *origin, char text[SYMPTOM_TEXT])
{
	text[0] = '\0';
	if (origin->cause)
		add(text, "; ", origin->cause);
	add(text, "; ", rule_texts[origin->rule].says);
}

void symptom_calls(const struct origin *origin, char text[SYMPTOM_TEXT])
{
	text[0] = '\0';
	for (const struct operation *o = operations; o->name; o++)
		if (origin->call[o->id])
			add(text, ", ", o->name);
}

void symptom_states(const struct origin *origin, char text[SYMPTOM_TEXT])
{
	text[0] = '\0';
	for (int state = 1; state < TCP_STATES; state++)
		if (origin->states & 1u << state)
			add(text, ", ", symbol_text(tcp_states, state));
}

void symptom_shown_by(const struct showing *showing, char text[SYMPTOM_TEXT])
{
	char more[48];

	text[0] = '\0';
	for (int i = 0; i < showing->kept; i++)
		add(text, ", ", showing->name[i]);
	snprintf(more, sizeof more, "and %d more", showing->count - showing->kept);
	if (showing->count > showing->kept)
		add(text, ", ", more);
}

void symptom_order(const struct symptom_origins *origins, int order[SYMPTOM_ORIGINS])
{
	for (int i = 0; i < origins->count; i++) {
		int at = i;

		while (at && origins->origin[order[at - 1]].showing.count <
				     origins->origin[i].showing.count) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
	}
}

/* epoll(7) has poll(2)'s events, with the same numbers. */
const struct event_text *symptom_event(const struct symptom *symptom)
{
	if (symptom->kind != SYMPTOM_POLL && symptom->kind != SYMPTOM_EPOLL)
		return NULL;
	for (const struct event_text *t = event_texts; t->event; t++)
		if (t->event == symptom->value)
			return t;
	return NULL;
}

static void print_item(const char *title, const char *text, FILE *out)
{
	if (!*text)
		return;
	fprintf(out, "    %-*s", TEXT_COLUMN - 4, title);
	text_wrap(out, TEXT_COLUMN, text);
}

static void print_showing(const struct showing *showing, FILE *out)
{
	char text[SYMPTOM_TEXT];

	symptom_shown_by(showing, text);
	print_item("shown by", text, out);
}

static void print_origin(const struct origin *origin, FILE *out)
{
	char text[SYMPTOM_TEXT];

	symptom_how(origin, text);
	fputs("\n  ", out);
	text_wrap(out, 2, text);
	print_item("kernel", rule_texts[origin->rule].kernel, out);
	symptom_calls(origin, text);
	print_item("calls", text, out);
	symptom_states(origin, text);
	print_item("state", text, out);
	print_showing(&origin->showing, out);
}

static void print_origins(const struct symptom_origins *origins, FILE *out)
{
	int order[SYMPTOM_ORIGINS];

	symptom_order(origins, order);
	if (origins->count)
		fputs("\nWhat gives it on plain TCP, by the model's rules over the catalogue\n",
			out);
	for (int i = 0; i < origins->count; i++)
		print_origin(&origins->origin[order[i]], out);
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

static void print_event(const struct symptom *symptom, FILE *out)
{
	const struct event_text *event = symptom_event(symptom);

	if (!event)
		return;
	fputs("\n  ", out);
	text_wrap(out, 2, event->says);
	print_item("kernel", event->kernel, out);
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
