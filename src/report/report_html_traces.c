/*
 * report_html_traces: single traces, and two of them side by side.
 */
#include "page/markup.h"
#include "page/page_trace.h"
#include "report/report_html_traces.h"
#include "util/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LETTERS = 'z' + 1 };

/* The first cell of an experiment with each letter, and its rows: from begin up to end. */
struct group {
	const struct report *report;
	int begin, end;
	const struct report_cell *first[LETTERS];
};

static struct group group_at(const struct report *report, int begin)
{
	struct group group = {.report = report, .begin = begin, .end = begin};

	while (group.end < report->row_count &&
		!strcmp(report->row[begin].experiment, report->row[group.end].experiment))
		group.end++;
	for (int k = 0; k < report->kernel_count; k++)
		for (int i = begin; i < group.end; i++) {
			const struct report_cell *cell = &report->row[i].cell[k];

			if (cell->letter && !group.first[(int)cell->letter])
				group.first[(int)cell->letter] = cell;
		}
	return group;
}

char report_html_colour(char letter)
{
	static const char classes[] = "ABCDEF";

	if (letter < 'A')
		return *classes;
	return classes[(letter - 'A') % 6];
}

static void print_id(const char *experiment, int a, int b, FILE *out)
{
	markup_id(out, experiment);
	fprintf(out, b ? ".%c-%c" : ".%c", a, b);
}

void report_html_target(const struct report *report, int row, int kernel, FILE *out)
{
	const struct report_row *r = &report->row[row];
	int letter = (unsigned char)r->cell[kernel].letter, other = 0;

	for (int k = kernel; k-- > 0 && !other;)
		if (r->cell[k].letter && r->cell[k].letter != letter)
			other = (unsigned char)r->cell[k].letter;
	for (int k = kernel + 1; k < report->kernel_count && !other; k++)
		if (r->cell[k].letter && r->cell[k].letter != letter)
			other = (unsigned char)r->cell[k].letter;
	print_id(r->experiment, other && other < letter ? other : letter,
		!other           ? 0
		: other < letter ? letter
				 : other,
		out);
}

/* "A: 5.10 tcp4, tcp6; 6.1 tcp4": where it is so. */
static void print_where(const struct group *group, int letter, FILE *out)
{
	bool any = false;

	fprintf(out, "<span class=\"letter l%c\">%c</span> ", report_html_colour((char)letter),
		letter);
	for (int k = 0; k < group->report->kernel_count; k++) {
		bool named = false;

		for (int i = group->begin; i < group->end; i++) {
			const struct report_row *row = &group->report->row[i];

			if (row->cell[k].letter != letter)
				continue;
			fputs(named ? ", " : any ? "; " : "", out);
			if (!named)
				markup_print(out, "%s ", group->report->kernel[k].label);
			markup_text(out, row->family);
			any = named = true;
		}
	}
}

static void begin_section(const struct group *group, int a, int b, FILE *out)
{
	const char *experiment = group->report->row[group->begin].experiment;

	fputs("<section class=\"pair\" tabindex=\"-1\" id=\"", out);
	print_id(experiment, a, b, out);
	fputs("\">\n<a class=\"close\" href=\"#main\">Close</a>\n<h3>", out);
	markup_text(out, experiment);
	fprintf(out, b ? ": %c and %c</h3>\n" : ": %c</h3>\n", a, b);
}

static void print_single(const struct group *group, int letter, FILE *out)
{
	const struct report_cell *cell = group->first[letter];

	begin_section(group, letter, 0, out);
	fputs("<p>", out);
	print_where(group, letter, out);
	fputs("</p>\n", out);
	page_trace_text(cell->run->trace, cell->verdict == VERDICT_DEVIATES, out);
	fputs("</section>\n", out);
}

static void print_cell(const char *class, const char *line, FILE *out)
{
	fprintf(out, "<td class=\"code%s\">", class);
	if (line)
		markup_part(out, line + 1, (int)strcspn(line + 1, "\n"));
	fputs("</td>", out);
}

/* The line behind line; NULL behind the last. */
static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line && line[1] ? line + 1 : NULL;
}

/* What stands only in one of the two, from line on: the first of both beside each other. Returns
 * the line behind. */
static const char *print_differing(const char *line, FILE *out)
{
	const char *left = line, *right = line;

	while (right && *right == '-')
		right = next_line(right);
	while ((left && *left == '-') || (right && *right == '+')) {
		bool has_left = left && *left == '-', has_right = right && *right == '+';

		fputs("<tr>", out);
		print_cell(has_left ? " minus" : "", has_left ? left : NULL, out);
		print_cell(has_right ? " plus" : "", has_right ? right : NULL, out);
		fputs("</tr>\n", out);
		left = has_left ? next_line(left) : left;
		right = has_right ? next_line(right) : right;
	}
	return right;
}

static void print_side_by_side(const char *diff, FILE *out)
{
	for (const char *line = diff; line;) {
		if (*line != ' ') {
			line = print_differing(line, out);
			continue;
		}
		fputs("<tr>", out);
		print_cell("", line, out);
		print_cell("", line, out);
		fputs("</tr>\n", out);
		line = next_line(line);
	}
}

static void print_head(const struct group *group, int letter, FILE *out)
{
	fputs("<th scope=\"col\">", out);
	print_where(group, letter, out);
	fputs("<br/><a href=\"#", out);
	print_id(group->report->row[group->begin].experiment, letter, 0, out);
	fputs("\">whole trace</a></th>", out);
}

static bool print_pair(const struct group *group, int a, int b, FILE *out)
{
	char *diff = diff_lines(group->first[a]->essence, group->first[b]->essence);

	if (!diff)
		return false;
	begin_section(group, a, b, out);
	fputs("<div class=\"scroll\" tabindex=\"0\"><table class=\"sides\">\n<thead><tr>", out);
	print_head(group, a, out);
	print_head(group, b, out);
	fputs("</tr></thead>\n<tbody>\n", out);
	print_side_by_side(diff, out);
	fputs("</tbody></table></div>\n</section>\n", out);
	free(diff);
	return true;
}

bool report_html_traces(const struct report *report, FILE *out)
{
	for (int i = 0; i < report->row_count;) {
		struct group group = group_at(report, i);

		for (int a = 0; a < LETTERS; a++) {
			if (group.first[a])
				print_single(&group, a, out);
			for (int b = a + 1; group.first[a] && b < LETTERS; b++)
				if (group.first[b] && !print_pair(&group, a, b, out))
					return false;
		}
		i = group.end;
	}
	return true;
}
