/*
 * report_markup: report.h's markups: what the laid-out formats put around a line.
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
