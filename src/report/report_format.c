/*
 * report_format: report.h's formats: a row for each, and what the laid-out ones put around a line.
 */
#include "report/report.h"

const struct report_markup report_text = {.row_begin = "",
	.column = "  ",
	.row_end = "\n",
	.item = "",
	.block_title = "\n",
	.block_begin = "\n",
	.block_end = ""};

const struct report_markup report_markdown = {.row_begin = "| ",
	.column = " | ",
	.row_end = " |\n",
	.has_rule = true,
	.item = "- ",
	.block_title = "\n**",
	.block_begin = "**\n\n```diff\n",
	.block_end = "```\n"};

const struct report_format report_formats[] = {
	{"text", .markup = &report_text},
	{"markdown", .markup = &report_markdown},
	{"json", .print = report_print_json},
	{"html", .print = report_print_html},
	{0},
};

bool report_print_as(
	const struct report_format *format, const struct report *report, bool brief, FILE *out)
{
	if (format->print)
		return format->print(report, out);
	report_print(report, (struct report_style){format->markup, brief}, out);
	return true;
}
