#include "diagnose/sheet.h"

#include "page/markup.h"
#include "page/page.h"
#include "page/page_part.h"
#include "page/page_trace.h"
#include "util/text.h"

#include <stdarg.h>

/* Ends a list of items, if there is one. */
static void end_items(struct sheet *sheet)
{
	if (sheet->items)
		fputs("</dl>\n", sheet->out);
	sheet->items = false;
}

/* Prints text as an element. */
static void print_element(struct sheet *sheet, const char *begin, const char *text, const char *end)
{
	end_items(sheet);
	fputs(begin, sheet->out);
	markup_text(sheet->out, text);
	fputs(end, sheet->out);
}

static void print_entry(struct sheet *sheet, const char *title, const char *text)
{
	if (!sheet->items)
		fputs("<dl class=\"items\">\n", sheet->out);
	sheet->items = true;
	if (*title) {
		fputs("<dt>", sheet->out);
		markup_text(sheet->out, title);
		fputs("</dt>", sheet->out);
	}
	fputs("<dd>", sheet->out);
	markup_text(sheet->out, text);
	fputs("</dd>\n", sheet->out);
}

void sheet_main(struct sheet *sheet)
{
	if (sheet->html)
		page_main(sheet->out);
}

void sheet_part_begin(struct sheet *sheet, long number, bool tells, const char *format, ...)
{
	char text[SHEET_TEXT], id[48];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	sheet->tells = tells;
	if (!sheet->html) {
		fprintf(sheet->out, "# %s\n", text);
		return;
	}
	snprintf(id, sizeof id, "connection-%ld", number);
	const struct page_part part = {.id = id,
		.name = text,
		.folded = tells,
		.open = tells && !sheet->opened,
		.item = true,
		.show = tells ? "trouble" : "closed"};

	page_part_begin(&part, sheet->out);
	sheet->opened |= tells;
}

void sheet_part_end(struct sheet *sheet)
{
	if (sheet->html) {
		end_items(sheet);
		page_part_end(&(struct page_part){.folded = sheet->tells}, sheet->out);
	} else if (sheet->tells)
		fputc('\n', sheet->out);
}

static void print_remark(
	struct sheet *sheet, const char *mark, const char *format, va_list arguments)
{
	char text[SHEET_TEXT];

	vsnprintf(text, sizeof text, format, arguments);
	if (sheet->html)
		print_element(sheet, "<p class=\"dim\">", text, "</p>\n");
	else
		fprintf(sheet->out, "%s%s\n", mark, text);
}

void sheet_remark(struct sheet *sheet, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_remark(sheet, "# ", format, arguments);
	va_end(arguments);
}

void sheet_further_remark(struct sheet *sheet, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_remark(sheet, "#   ", format, arguments);
	va_end(arguments);
}

void sheet_heading(struct sheet *sheet, const char *text)
{
	if (sheet->html)
		print_element(sheet, "<h3>", text, "</h3>\n");
	else
		fprintf(sheet->out, "\n%s\n\n", text);
}

void sheet_numbered(struct sheet *sheet, int number, const char *text)
{
	if (sheet->html) {
		end_items(sheet);
		fprintf(sheet->out, "<h3>%d. ", number);
		markup_text(sheet->out, text);
		fputs("</h3>\n", sheet->out);
		return;
	}
	fprintf(sheet->out, "\n%d. ", number);
	text_wrap(sheet->out, 3, text);
}

void sheet_lead(struct sheet *sheet, const char *text)
{
	if (sheet->html)
		print_element(sheet, "<p class=\"lead\">", text, "</p>\n");
	else
		text_wrap(sheet->out, 0, text);
}

void sheet_paragraph(struct sheet *sheet, const char *format, ...)
{
	char text[SHEET_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (sheet->html)
		print_element(sheet, "<p>", text, "</p>\n");
	else
		fprintf(sheet->out, "\n%s\n", text);
}

void sheet_item(struct sheet *sheet, const char *title, const char *text)
{
	if (!*text)
		return;
	if (sheet->html) {
		print_entry(sheet, title, text);
		return;
	}
	fprintf(sheet->out, "   %-*s", SHEET_COLUMN - 3, title);
	text_wrap(sheet->out, SHEET_COLUMN, text);
}

void sheet_item_line(struct sheet *sheet, const char *title, const char *text)
{
	if (sheet->html)
		print_entry(sheet, title, text);
	else
		fprintf(sheet->out, "   %-*s%s\n", SHEET_COLUMN - 3, title, text);
}

void sheet_listed(struct sheet *sheet, const char *mark, const char *text)
{
	if (sheet->html)
		print_entry(sheet, mark, text);
	else {
		int column = fprintf(sheet->out, "  %s ", mark);

		text_wrap(sheet->out, column, text);
	}
}

void sheet_diagram(struct sheet *sheet, const struct trace *trace, const char *name, bool text,
	const char *caption)
{
	if (!sheet->html)
		return;
	end_items(sheet);
	bool good = text ? page_trace_columns(trace, name, true, sheet->out)
			 : page_trace_diagram(trace, name, sheet->out);

	sheet->lacks_memory |= !good;
	print_element(sheet, "<p class=\"dim\">", caption, "</p>\n");
}
