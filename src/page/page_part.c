#include "page/page_part.h"

#include "page/markup.h"

static bool is_there(const char *text)
{
	return text && *text;
}

static void print_attribute(const char *name, const char *value, FILE *out)
{
	if (!is_there(value))
		return;
	fprintf(out, " data-%s=\"", name);
	markup_text(out, value);
	fputc('"', out);
}

/* What a link leads to it by, and a search finds it by. */
static void print_attributes(const struct page_part *part, FILE *out)
{
	fputs(part->item ? " class=\"trace\" data-item=\"\"" : " class=\"trace\"", out);
	if (is_there(part->id)) {
		fputs(" id=\"", out);
		markup_id(out, part->id);
		fputc('"', out);
	}
	if (!part->item)
		return;
	print_attribute("verdict", part->verdict, out);
	print_attribute("family", part->family, out);
	print_attribute("group", part->group, out);
	print_attribute("show", part->show, out);
	print_attribute("words", part->words, out);
}

static void print_heading(const struct page_part *part, FILE *out)
{
	const char *between = "";

	fputs("<h2>", out);
	if (is_there(part->name)) {
		markup_text(out, part->name);
		between = " ";
	}
	if (is_there(part->where)) {
		fprintf(out, "%s<span class=\"family\">", between);
		markup_text(out, part->where);
		fputs("</span>", out);
		between = " ";
	}
	if (is_there(part->badge)) {
		fprintf(out, "%s<span class=\"badge %s\">", between,
			part->badge_class ? part->badge_class : "");
		markup_text(out, part->badge);
		fputs("</span>", out);
	}
	fputs("</h2>", out);
	if (is_there(part->title)) {
		fputs("<span class=\"title\">", out);
		markup_text(out, part->title);
		fputs("</span>", out);
	}
}

void page_part_begin(const struct page_part *part, FILE *out)
{
	fputs(part->folded ? "<details" : "<section", out);
	if (part->folded && part->open)
		fputs(" open=\"\"", out);
	print_attributes(part, out);
	fputs(part->folded ? ">\n<summary>" : ">\n", out);
	print_heading(part, out);
	fputs(part->folded ? "</summary>\n" : "\n", out);
}

void page_part_end(const struct page_part *part, FILE *out)
{
	fputs(part->folded ? "</details>\n" : "</section>\n", out);
}
