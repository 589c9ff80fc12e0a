#include "page/page.h"

#include "language/catalog.h"
#include "page/markup.h"
#include "version.h"

#include <stdbool.h>
#include <string.h>

const char *page_name(const char *name)
{
	return strcmp(name, "-") ? name : "standard input";
}

/* The policy makes it sure that nothing is fetched. */
void page_begin(const char *title, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\"/>\n"
	      "<meta name=\"generator\" content=\"closewait " CLOSEWAIT_VERSION "\"/>\n<title>",
		out);
	markup_text(out, title);
	fprintf(out,
		" \u00B7 closewait</title>\n<style>\n%s%s</style>\n</head>\n<body>\n"
		"<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n<h1>",
		catalog_text("css", "page"), catalog_text("css", "ladder"));
	markup_text(out, title);
	fputs("</h1>\n", out);
}

void page_main(FILE *out)
{
	fputs("</header>\n<main id=\"main\">\n", out);
}

/* The length of the lines from text on that are no headings. */
static int block_length(const char *text)
{
	const char *at = text;

	while (*at == ' ' || *at == '\n') {
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return (int)(at - text);
}

void page_prose(const char *text, FILE *out)
{
	while (*text) {
		text += strspn(text, "\n");
		int length = block_length(text);
		bool block = length > 0;

		if (!block)
			length = (int)strcspn(text, "\n");
		fputs(!*text           ? ""
			: block        ? "<pre class=\"prose\" tabindex=\"0\">"
			: *text == '(' ? "<p>"
				       : "<h3>",
			out);
		markup_part(out, text, block && text[length - 1] == '\n' ? length - 1 : length);
		fputs(!*text ? "" : block ? "</pre>\n" : *text == '(' ? "</p>\n" : "</h3>\n", out);
		text += length;
	}
}

void page_remarks(const char *text, FILE *out)
{
	fputs("<ul class=\"remarks\">\n", out);
	for (int length; *text; text += length + (text[length] != '\0')) {
		length = (int)strcspn(text, "\n");
		int before = (int)strspn(text, "# ");

		if (before >= length)
			continue;
		fputs(before > 2 ? "<li class=\"deeper\">" : "<li>", out);
		markup_part(out, text + before, length - before);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

void page_end(FILE *out)
{
	fprintf(out,
		"</main>\n<footer>Made by closewait " CLOSEWAIT_VERSION ".</footer>\n"
		"<script>//<![CDATA[\n%s//]]></script>\n</body>\n</html>\n",
		catalog_text("js", "page"));
}
