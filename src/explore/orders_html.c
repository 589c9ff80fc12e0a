/*
 * orders_html: a set of outcomes as a page.
 */
#include "explore/orders_print.h"

#include "explain/search.h"
#include "model/model.h"
#include "page/ladder_svg.h"
#include "page/markup.h"
#include "page/page.h"
#include "page/page_part.h"
#include "page/page_trace.h"
#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

enum { COLOURS = 6, LABEL = 64 };

/* What a function prints of the set; NULL without memory. */
static char *printed(
	const struct outcome_set *set, void (*print)(const struct outcome_set *set, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		print(set, out);
	memory_close(out, &text);
	return text;
}

static bool print_remarks(const struct outcome_set *set,
	void (*print)(const struct outcome_set *set, FILE *out), FILE *out)
{
	char *text = printed(set, print);
	bool good = text;

	if (good)
		page_remarks(text, out);
	free(text);
	return good;
}

/* Outcomes of the kernel's, and behind them those that the model alone has. */
static const struct result *column(const struct outcome_set *set, int i)
{
	if (i < set->count)
		return set->outcome[i].result;
	i -= set->count;
	for (int p = 0; p < set->prediction_count; p++)
		if (!set->prediction[p].observed && !i--)
			return set->prediction[p].result;
	return NULL;
}

/* The first outcome in which the step has the same result, counted by different ones: a colour. */
static int colour_of(const struct outcome_set *set, int step, int outcome)
{
	char text[RESULT_TEXT], other[RESULT_TEXT], before[RESULT_TEXT];
	int colour = 0;

	result_text(&column(set, outcome)[step], text, sizeof text);
	for (int i = 0; i < outcome; i++) {
		bool is_new = true;

		result_text(&column(set, i)[step], other, sizeof other);
		if (!strcmp(text, other))
			return colour_of(set, step, i);
		for (int j = 0; j < i && is_new; j++) {
			result_text(&column(set, j)[step], before, sizeof before);
			is_new = strcmp(before, other) != 0;
		}
		colour += is_new;
	}
	return colour % COLOURS;
}

static void print_step(const struct outcome_set *set, int step, FILE *out)
{
	const struct result *result;
	char text[LINE_LIMIT + 1];

	step_text(&set->orders->programs.experiment->script[step].step, text, sizeof text);
	fputs("<tr><th scope=\"row\" class=\"code\">", out);
	markup_text(out, text);
	fputs("</th>", out);
	for (int i = 0; (result = column(set, i)); i++) {
		result_text(&result[step], text, sizeof text);
		fprintf(out, "<td class=\"code l%c\">", 'A' + colour_of(set, step, i));
		markup_text(out, *text ? text : result[step].kind == RESULT_UNKNOWN ? "?" : "");
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

static void outcome_id(const struct outcome_set *set, int i, char *id, size_t size)
{
	snprintf(id, size, "%s-outcome-%d", family_name(set->family), i + 1);
}

static void print_heads(const struct outcome_set *set, FILE *out)
{
	char id[LABEL];

	fputs("<thead><tr><th scope=\"col\">outcome</th>", out);
	for (int i = 0; column(set, i); i++) {
		outcome_id(set, i, id, sizeof id);
		if (i < set->count)
			fprintf(out, "<th scope=\"col\"><a href=\"#%s\">%d</a></th>", id, i + 1);
		else
			fputs("<th scope=\"col\">of the model alone</th>", out);
	}
	fputs("</tr></thead>\n", out);
}

/* In how many orders, and whether the model has it. */
static void print_counts(const struct outcome_set *set, FILE *out)
{
	fputs("<tr><th scope=\"row\">orders</th>", out);
	for (int i = 0; i < set->count; i++)
		fprintf(out, "<td>%ld</td>", set->outcome[i].orders);
	for (int p = 0; p < set->prediction_count; p++)
		if (!set->prediction[p].observed)
			fprintf(out, "<td>%ld</td>", set->prediction[p].orders);
	fputs("</tr>\n", out);
	if (!model_has(set->family))
		return;
	fputs("<tr><th scope=\"row\">the model has it</th>", out);
	for (int i = 0; column(set, i); i++)
		fputs(i >= set->count              ? "<td>yes; the kernel has not</td>"
			: set->outcome[i].modelled ? "<td>yes</td>"
						   : "<td class=\"deviates\">no</td>",
			out);
	fputs("</tr>\n", out);
}

static void print_table(const struct outcome_set *set, FILE *out)
{
	const struct programs *p = &set->orders->programs;

	if (!column(set, 0))
		return;
	fputs("<div class=\"scroll\" tabindex=\"0\"><table class=\"kernels outcomes\">\n", out);
	print_heads(set, out);
	fputs("<tbody>\n", out);
	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (int i = 0; i < p->count[who]; i++)
			print_step(set, p->step[who][i], out);
	print_counts(set, out);
	fputs("</tbody></table></div>\n", out);
}

/* The experiment of outcome i, and its trace as if it had been run: what it gave is in it. */
struct example {
	struct experiment *e;
	struct trace *trace;
};

static void example_free(struct example *example)
{
	trace_free(example->trace);
	experiment_free(example->e);
}

static bool example_make(struct example *example, const struct outcome_set *set, int i)
{
	char *text = NULL, name[LABEL];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	*example = (struct example){0};
	snprintf(name, sizeof name, "outcome %d of %d", i + 1, set->count);
	if (out)
		orders_print_example(set, i, out);
	if (memory_close(out, &text))
		example->e = experiment_parse(name, text, strlen(text), stderr);
	free(text);
	if (example->e)
		example->trace = trace_new(example->e, set->family, set->orders->kernel);
	if (example->trace && trace_assume(example->trace))
		return true;
	example_free(example);
	return false;
}

/* What an outcome's part of the page has for a heading, and is found by. */
static void begin_outcome(
	const struct outcome_set *set, int i, const char *words, const char *often, FILE *out)
{
	const struct order_outcome *o = &set->outcome[i];
	bool expected = outcome_set_has_expectations(set) && o->expected;
	char id[LABEL], name[LABEL];

	outcome_id(set, i, id, sizeof id);
	snprintf(name, sizeof name, "Outcome %d of %d", i + 1, set->count);
	const struct page_part part = {.id = id,
		.name = name,
		.where = family_name(set->family),
		.badge = model_has(set->family) && !o->modelled ? "not in the model"
			 : expected                             ? "what the file expects"
								: NULL,
		.badge_class = expected && o->modelled ? "expected" : "deviates",
		.title = often,
		.folded = true,
		.item = true,
		.family = family_name(set->family),
		.show = o->orders ? "waited-for" : "without-waiting",
		.words = words};

	page_part_begin(&part, out);
}

static char *how_often(const struct outcome_set *set, int i)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		orders_print_how_often(set, &set->outcome[i], out);
	memory_close(out, &text);
	return text;
}

static bool print_outcome(const struct outcome_set *set, int i, FILE *out)
{
	struct example example;

	if (!example_make(&example, set, i))
		return false;
	char *words = search_descriptions(example.e), *often = how_often(set, i);
	bool good = words && often;

	if (good) {
		begin_outcome(set, i, words, often + strspn(often, " "), out);
		good = page_trace_columns(example.trace, example.e->name, true, out);
		page_part_end(&(struct page_part){.folded = true}, out);
	}
	free(words);
	free(often);
	example_free(&example);
	return good;
}

bool orders_html(const struct outcome_set *set, const struct outcome_set *before, FILE *out)
{
	bool good;

	if (before && outcome_sets_same(before, set)) {
		fprintf(out, "<h2>%s</h2>\n<p>The same outcomes of as many orders as on %s.</p>\n",
			family_name(set->family), family_name(before->family));
		return true;
	}
	fputs("<h2>", out);
	orders_print_counts(set, out);
	fputs("</h2>\n", out);
	good = print_remarks(set, orders_print_head, out);
	print_table(set, out);
	good = print_remarks(set, orders_print_end, out) && good;
	for (int i = 0; i < set->count && good; i++)
		good = print_outcome(set, i, out);
	for (int i = 0; i < set->trouble_count; i++) {
		fputs("<h3>Kernel and model disagree</h3>\n", out);
		page_trace_text(set->trouble[i], true, out);
	}
	return good;
}

void orders_html_begin(const struct experiment *programs, FILE *out)
{
	char title[NAME_LIMIT + 64];

	snprintf(title, sizeof title, "The outcomes of %s in every order",
		page_name(programs->name));
	page_begin(title, out);
	experiment_title(programs, title, sizeof title);
	if (*title) {
		fputs("<p class=\"lead\">", out);
		markup_text(out, title);
		fputs("</p>\n", out);
	}
	page_main(out);
}

void orders_html_end(FILE *out)
{
	page_end(out);
}

bool orders_svg(const struct outcome_set *set, int i, FILE *out)
{
	char title[NAME_LIMIT + LABEL];
	struct example example;

	if (!example_make(&example, set, i))
		return false;
	snprintf(title, sizeof title, "%s on %s: %s",
		page_name(set->orders->programs.experiment->name), family_name(set->family),
		example.e->name);
	bool good = ladder_svg_document(example.trace, title, out);

	example_free(&example);
	return good;
}
