/*
 * report_format: report.h's formats: a row for each.
 */
#include "report/report.h"

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
