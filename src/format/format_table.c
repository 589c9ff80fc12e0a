/*
 * format_table: format.h's formats, a row for each.
 */
#include "format/format.h"

#include <string.h>

const struct format formats[] = {
	{"text", .print = format_text_print, .end = format_text_end},
	{"json", .complete = true, .print = format_json_print},
	{"tap", .complete = true, .begin = format_tap_begin, .print = format_tap_print,
		.end = format_tap_end},
	{"junit", .complete = true, .totals_first = true, .begin = format_junit_begin,
		.print = format_junit_print, .end = format_junit_end},
	{"html", .complete = true, .totals_first = true, .states = true, .begin = format_html_begin,
		.print = format_html_print, .end = format_html_end},
	{"github", .complete = true, .print = format_github_print, .end = format_github_end},
	{"svg", .one = true, .states = true, .print = format_svg_print},
	{0},
};

const struct format *format_find(const char *name)
{
	for (const struct format *f = formats; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}
