#include "page/page_trace.h"

#include "explain/search.h"
#include "page/ladder_svg.h"
#include "page/markup.h"
#include "page/page.h"
#include "page/page_part.h"
#include "util/memstream.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

/* The class of a line of a trace; NULL: none. */
static const char *line_class(const char *line, int length, bool diff)
{
	if (diff && length && *line == '-')
		return "minus";
	if (diff && length && *line == '+')
		return "plus";
	if (diff && length && *line == '!')
		return "model";
	line += strspn(line, " ");
	if (!strncmp(line, "wire ", 5) || !strncmp(line, "# wire ", 7))
		return "w";
	return *line == '#' ? "c" : NULL;
}

static void print_line(const char *line, int length, bool diff, FILE *out)
{
	const char *class = line_class(line, length, diff);
	int before = class ? length : (int)text_before_comment(line, (size_t)length);

	if (class)
		fprintf(out, "<span class=\"%s\">", class);
	markup_part(out, line, before);
	if (class)
		fputs("</span>", out);
	if (before < length) {
		fputs("<span class=\"c\">", out);
		markup_part(out, line + before, length - before);
		fputs("</span>", out);
	}
	fputc('\n', out);
}

void page_trace_text(const char *text, bool diff, FILE *out)
{
	fputs("<pre tabindex=\"0\">", out);
	for (int length; *text; text += length + (text[length] != '\0')) {
		length = (int)strcspn(text, "\n");
		print_line(text, length, diff, out);
	}
	fputs("</pre>\n", out);
}

/* A comment's line without its '#'. */
static const char *said(const struct line *line, int *length)
{
	int mark = line->comment_length > 1 && line->comment[1] == ' ' ? 2 : 1;

	*length = line->comment_length > mark ? line->comment_length - mark : 0;
	return line->comment + mark;
}

/* The title, and below it the reason, as paragraphs: a line without words is between two. */
static void print_introduction(const struct experiment *e, bool title, FILE *out)
{
	int count = experiment_introduction(e), length;
	bool inside = false;

	for (int i = title ? 0 : 1; i < count; i++) {
		const char *text = said(&e->line[i], &length);

		if (inside && !length)
			fputs("</p>\n", out);
		else if (length)
			fputs(inside ? "\n" : i ? "<p>" : "<p class=\"lead\">", out);
		markup_part(out, text, length);
		inside = length > 0;
	}
	if (inside)
		fputs("</p>\n", out);
}

/* The family; of a trace that stands for all of the experiment's, these. */
static void families_text(const struct page_trace *part, char *text, size_t size)
{
	unsigned families =
		part->assumed ? part->trace->experiment->families : 1u << part->trace->family;
	size_t used = 0;

	text[0] = '\0';
	for (int f = 0; f < FAMILY_COUNT && used < size; f++)
		if (families & 1u << f)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "",
				family_name((enum family)f));
}

static const char *name_of(const struct page_trace *part)
{
	return part->name ? part->name : page_name(part->trace->experiment->name);
}

/* Its own part of the page, as it is found, and its texts' room. */
struct own {
	struct page_part part;
	char id[NAME_LIMIT + 32], families[128], group[NAME_LIMIT + 1], title[LINE_LIMIT + 1];
};

static void fill_in(struct own *own, const struct page_trace *part)
{
	const struct trace *trace = part->trace;
	const struct experiment *e = trace->experiment;
	const char *name = name_of(part), *verdict = symbol_text(verdicts, trace->verdict);

	snprintf(own->id, sizeof own->id, "%s.%s", name, family_name(trace->family));
	snprintf(own->group, sizeof own->group, "%.*s", (int)strcspn(e->name, "-."), e->name);
	families_text(part, own->families, sizeof own->families);
	experiment_title(e, own->title, sizeof own->title);
	own->part = (struct page_part){.id = part->inner ? NULL : own->id,
		.name = part->folded || part->name ? name : NULL,
		.where = family_name(trace->family),
		.badge = part->assumed ? NULL : verdict_text(trace->verdict),
		.badge_class = verdict,
		.title = part->folded ? own->title : NULL,
		.folded = part->folded,
		.item = !part->inner,
		.verdict = verdict,
		.family = own->families,
		.group = own->group};
}

/* Begins it with what is to be read before the trace. */
static bool print_head(const struct page_trace *part, FILE *out)
{
	const struct trace *trace = part->trace;
	char *words = search_descriptions(trace->experiment);
	struct own own = {0};

	if (!words)
		return false;
	fill_in(&own, part);
	own.part.words = words;
	page_part_begin(&own.part, out);
	free(words);
	fputs("<p class=\"dim\">", out);
	markup_text(out, part->summary);
	fputs("</p>\n", out);
	if (trace->reason[0]) {
		fputs("<p>", out);
		markup_text(out, trace->reason);
		fputs("</p>\n", out);
	}
	if (part->introduction)
		print_introduction(trace->experiment, !part->folded, out);
	return true;
}

bool page_trace_diagram(const struct trace *trace, const char *name, FILE *out)
{
	char label[NAME_LIMIT + 64];

	snprintf(label, sizeof label,
		"Ladder diagram of %s on %s; the text beside it says the same", name,
		family_name(trace->family));
	fputs("<figure tabindex=\"0\">\n", out);
	bool good = ladder_svg_element(trace, label, out);

	fputs("</figure>\n", out);
	return good;
}

static bool print_text(const struct trace *trace, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream)
		trace_print_again(trace, false, stream);
	if (!memory_close(stream, &text))
		return false;
	page_trace_text(text, trace->verdict == VERDICT_DEVIATES, out);
	free(text);
	return true;
}

bool page_trace_columns(const struct trace *trace, const char *name, bool diagram, FILE *out)
{
	bool good = true;

	fputs(diagram ? "<div class=\"columns\">\n" : "<div>\n", out);
	if (diagram)
		good = page_trace_diagram(trace, name, out);
	fputs("<div class=\"text\">\n", out);
	good = good && print_text(trace, out);
	fputs("</div>\n</div>\n", out);
	return good;
}

bool page_trace_begin(const struct page_trace *part, FILE *out)
{
	return print_head(part, out) && page_trace_columns(part->trace, name_of(part),
						part->diagram && part->trace->reached, out);
}

void page_trace_end(const struct page_trace *part, FILE *out)
{
	page_part_end(&(struct page_part){.folded = part->folded}, out);
}
