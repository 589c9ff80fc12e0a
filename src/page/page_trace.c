#include "page/page_trace.h"

#include "explain/search.h"
#include "page/ladder_svg.h"
#include "page/markup.h"
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

static void print_badge(const struct page_trace *part, FILE *out)
{
	enum verdict verdict = part->trace->verdict;

	fprintf(out, " <span class=\"family\">%s</span>", family_name(part->trace->family));
	if (!part->assumed)
		fprintf(out, " <span class=\"badge %s\">%s</span>", symbol_text(verdicts, verdict),
			verdict_text(verdict));
}

/* The family; of a trace that stands for all of the experiment's, these. */
static void print_families(const struct page_trace *part, FILE *out)
{
	unsigned families =
		part->assumed ? part->trace->experiment->families : 1u << part->trace->family;

	for (int f = 0, any = 0; f < FAMILY_COUNT; f++)
		if (families & 1u << f)
			fprintf(out, "%s%s", any++ ? " " : "", family_name((enum family)f));
}

/* What a search finds it by, and a link. */
static bool print_attributes(const struct page_trace *part, FILE *out)
{
	const struct trace *trace = part->trace;
	const struct experiment *e = trace->experiment;
	char *words = search_descriptions(e);

	fputs(" class=\"trace\" data-item=\"\" id=\"", out);
	markup_id(out, e->name);
	fprintf(out, ".%s\" data-verdict=\"%s\" data-family=\"", family_name(trace->family),
		symbol_text(verdicts, trace->verdict));
	print_families(part, out);
	fputs("\" data-group=\"", out);
	markup_part(out, e->name, (int)strcspn(e->name, "-."));
	fputs("\" data-words=\"", out);
	markup_text(out, words ? words : "");
	fputs("\">\n", out);
	bool found = words != NULL;

	free(words);
	return found;
}

static bool print_head(const struct page_trace *part, FILE *out)
{
	const struct trace *trace = part->trace;
	char title[LINE_LIMIT + 1];

	fputs(part->folded ? "<details" : "<section", out);
	if (!print_attributes(part, out))
		return false;
	fputs(part->folded ? "<summary><h2>" : "<h2>", out);
	if (part->folded)
		markup_text(out, trace->experiment->name);
	print_badge(part, out);
	fputs("</h2>", out);
	experiment_title(trace->experiment, title, sizeof title);
	if (part->folded && *title) {
		fputs("<span class=\"title\">", out);
		markup_text(out, title);
		fputs("</span>", out);
	}
	fputs(part->folded ? "</summary>\n" : "\n", out);
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

static bool print_diagram(const struct trace *trace, FILE *out)
{
	char label[NAME_LIMIT + 64];

	snprintf(label, sizeof label,
		"Ladder diagram of %s on %s; the text beside it says the same",
		trace->experiment->name, family_name(trace->family));
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

bool page_trace_begin(const struct page_trace *part, FILE *out)
{
	bool diagram = part->diagram && part->trace->reached;
	bool good = print_head(part, out);

	if (!good)
		return false;
	fputs(diagram ? "<div class=\"columns\">\n" : "<div>\n", out);
	if (diagram)
		good = print_diagram(part->trace, out);
	fputs("<div class=\"text\">\n", out);
	good = good && print_text(part->trace, out);
	fputs("</div>\n</div>\n", out);
	return good;
}

void page_trace_end(const struct page_trace *part, FILE *out)
{
	fputs(part->folded ? "</details>\n" : "</section>\n", out);
}
