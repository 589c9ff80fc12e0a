#include "cmd/symptom_page.h"

#include "page/markup.h"
#include "page/page.h"

static void print_cell(const char *begin, const char *text, const char *end, FILE *out)
{
	fputs(begin, out);
	markup_text(out, text);
	fputs(end, out);
}

static void begin_table(const char *const *columns, FILE *out)
{
	fputs("<div class=\"scroll\" tabindex=\"0\"><table class=\"origins\">\n<thead><tr>", out);
	for (; *columns; columns++)
		print_cell("<th scope=\"col\">", *columns, "</th>", out);
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void end_table(FILE *out)
{
	fputs("</tbody></table></div>\n", out);
}

static void print_origin(const struct origin *origin, FILE *out)
{
	char text[SYMPTOM_TEXT];

	symptom_how(origin, text);
	print_cell("<tr data-item=\"\"><th scope=\"row\">", text, "</th>", out);
	print_cell("<td class=\"code\">", rule_texts[origin->rule].kernel, "</td>", out);
	symptom_calls(origin, text);
	print_cell("<td class=\"code\">", text, "</td>", out);
	symptom_states(origin, text);
	print_cell("<td class=\"code\">", text, "</td>", out);
	symptom_shown_by(&origin->showing, text);
	print_cell("<td class=\"code\">", text, "</td></tr>\n", out);
}

static void print_origins(const struct symptom_origins *origins, FILE *out)
{
	static const char *const columns[] = {
		"how it comes about", "kernel", "calls", "in state", "shown by", NULL};
	int order[SYMPTOM_ORIGINS];

	if (!origins->count)
		return;
	symptom_order(origins, order);
	fputs("<h2>What gives it on plain TCP, by the model's rules over the catalogue</h2>\n",
		out);
	begin_table(columns, out);
	for (int i = 0; i < origins->count; i++)
		print_origin(&origins->origin[order[i]], out);
	end_table(out);
}

static void print_expected(const struct symptom_origins *origins, FILE *out)
{
	static const char *const columns[] = {"family", "shown by", NULL};
	char text[SYMPTOM_TEXT];
	bool began = false;

	for (int f = 0; f < FAMILY_COUNT; f++) {
		if (!origins->expected[f].count)
			continue;
		if (!began) {
			fputs("<h2>On the families that are not modelled, where it is "
			      "expected</h2>\n",
				out);
			begin_table(columns, out);
		}
		began = true;
		symptom_shown_by(&origins->expected[f], text);
		print_cell("<tr><th scope=\"row\">", family_name((enum family)f), "</th>", out);
		print_cell("<td class=\"code\">", text, "</td></tr>\n", out);
	}
	if (began)
		end_table(out);
}

static void print_event(const struct symptom *symptom, FILE *out)
{
	const struct event_text *event = symptom_event(symptom);

	if (!event)
		return;
	print_cell("<p class=\"lead\">", event->says, "</p>\n", out);
	print_cell("<p>Kernel: <code>", event->kernel, "</code></p>\n", out);
}

void symptom_page_print(const struct symptom_origins *origins, FILE *out)
{
	const char *description = symptom_description(&origins->symptom);
	char title[256];

	snprintf(title, sizeof title, "%s%s%s", origins->symptom.name, *description ? ": " : "",
		description);
	page_begin(title, out);
	print_event(&origins->symptom, out);
	if (symptom_has_origin(origins))
		fputs("<p><code>closewait explain NAME</code> runs one of the experiments that "
		      "show "
		      "it, and tells what its packets mean.</p>\n",
			out);
	else
		fputs("<p>No call of the vocabulary gives it: no rule of the model, no experiment "
		      "of the catalogue.</p>\n",
			out);
	page_main(out);
	print_origins(origins, out);
	print_expected(origins, out);
	page_end(out);
}
