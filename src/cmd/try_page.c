#include "cmd/try_page.h"

#include "page/markup.h"
#include "page/page.h"
#include "page/page_part.h"
#include "page/page_trace.h"
#include "trial/fate.h"
#include "util/memstream.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

static const char *program_name(char *const *argv)
{
	const char *slash = strrchr(argv[0], '/');

	return slash && slash[1] ? slash + 1 : argv[0];
}

static void title_text(char *const *argv, const char *against, char *title, size_t size)
{
	snprintf(title, size, "%s against %s", program_name(argv), against);
}

void try_page_title(char *const *argv, const struct experiment *peer, char *title, size_t size)
{
	title_text(argv, page_name(peer->name), title, size);
}

static void begin_page(char *const *argv, const char *against, FILE *out)
{
	char title[NAME_LIMIT + 1];

	title_text(argv, against, title, sizeof title);
	page_begin(title, out);
}

static void print_command(char *const *argv, FILE *out)
{
	fputs("<p>The program: <code>", out);
	for (char *const *at = argv; *at; at++) {
		fputs(at == argv ? "" : " ", out);
		markup_text(out, *at);
	}
	fputs("</code></p>\n", out);
}

/* What became of the program: a line each. */
static void print_fate(const struct trial *trial, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream)
		fate_print(trial, stream);
	if (!memory_close(stream, &text))
		return;
	page_remarks(text, out);
	free(text);
}

static void print_lead(const struct experiment *peer, FILE *out)
{
	char title[LINE_LIMIT + 1];

	experiment_title(peer, title, sizeof title);
	if (!*title)
		return;
	fputs("<p class=\"lead\">", out);
	markup_text(out, title);
	fputs("</p>\n", out);
}

void try_page_begin(const struct trial *trial, const struct experiment *peer, FILE *out)
{
	begin_page(trial->options->argv, page_name(peer->name), out);
	print_lead(peer, out);
	print_command(trial->options->argv, out);
	print_fate(trial, out);
	page_main(out);
}

/* What the system calls the errno that stands last in "write EPIPE". */
static const char *error_words(const struct try_row *row)
{
	const char *name = strrchr(row->error, ' ');
	const char *text = name ? strerrordesc_np(symbol_errno(name + 1)) : NULL;

	return text ? text : "";
}

void try_page_part_begin(const struct trial *trial, const struct try_row *row,
	const struct experiment *peer, FILE *out)
{
	char title[LINE_LIMIT + 1], show[64];

	experiment_title(peer, title, sizeof title);
	snprintf(show, sizeof show, "%s%s", strcmp(row->error, "-") ? "errors" : "no-error",
		row->deviations ? " deviations" : "");
	const struct page_part part = {.id = peer->name,
		.name = peer->name,
		.badge = row->fate,
		.badge_class = row->deviations ? "deviates" : NULL,
		.title = title,
		.folded = true,
		.item = true,
		.show = show,
		.words = error_words(row)};

	page_part_begin(&part, out);
	print_fate(trial, out);
}

bool try_page_trace(const struct format_trace *t, bool inner, FILE *out)
{
	const struct trace *trace = t->trace;
	char name[48] = "the connection", summary[128];

	if (t->count > 1)
		snprintf(name, sizeof name, "connection %d of %d", t->number, t->count);
	snprintf(summary, sizeof summary, "%d step%s, %d deviation%s; %.3f ms", trace->reached,
		text_plural(trace->reached), trace->deviations, text_plural(trace->deviations),
		(double)t->spent / 1e6);
	const struct page_trace part = {
		.trace = trace, .name = name, .summary = summary, .diagram = true, .inner = inner};
	bool good = page_trace_begin(&part, out);

	page_trace_end(&part, out);
	return good;
}

static void print_script(const struct experiment *peer, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream)
		experiment_print(peer, stream);
	if (!memory_close(stream, &text))
		return;
	fputs("<h3>The peer's script</h3>\n", out);
	page_trace_text(text, false, out);
	free(text);
}

void try_page_part_end(const struct experiment *peer, FILE *out)
{
	print_script(peer, out);
	page_part_end(&(struct page_part){.folded = true}, out);
}

void try_page_end(const struct experiment *peer, FILE *out)
{
	print_script(peer, out);
	page_end(out);
}

bool try_pages_begin(struct try_pages *pages)
{
	*pages = (struct try_pages){0};
	pages->rows = open_memstream(&pages->rows_text, &pages->rows_size);
	pages->parts = open_memstream(&pages->parts_text, &pages->parts_size);
	if (pages->rows && pages->parts)
		return true;
	try_pages_end(pages, NULL, NULL);
	return false;
}

/* A cell with a text. */
static void print_cell(const char *class, const char *text, FILE *out)
{
	fprintf(out, *class ? "<td class=\"%s\">" : "<td>", class);
	markup_text(out, text);
	fputs("</td>", out);
}

static void print_peer(const struct try_row *row, const char *peer, FILE *out)
{
	fputs("<tr", out);
	if (row->tried) {
		fputs(" data-of-item=\"", out);
		markup_id(out, peer);
		fputc('"', out);
	}
	fputs("><th scope=\"row\">", out);
	if (row->tried) {
		fputs("<a href=\"#", out);
		markup_id(out, peer);
		fputs("\">", out);
	}
	markup_text(out, peer);
	fputs(row->tried ? "</a></th>" : "</th>", out);
}

void try_pages_add(struct try_pages *pages, const struct try_row *row, const char *peer)
{
	FILE *out = pages->rows;
	char calls[24], fate[320];

	pages->count++;
	print_peer(row, peer, out);
	if (row->tried) {
		snprintf(calls, sizeof calls, "%ld", row->calls);
		snprintf(fate, sizeof fate, "%s%s", row->fate,
			row->deviations ? ", deviates from the model" : "");
	} else
		snprintf(fate, sizeof fate, "not tried%s%s", *row->why ? ": " : "", row->why);
	print_cell("", row->tried ? calls : "-", out);
	print_cell("code", row->tried ? row->error : "-", out);
	print_cell(row->deviations ? "deviates" : "", fate, out);
	fputs("</tr>\n", out);
}

static void print_all(const struct try_pages *pages, char *const *argv, FILE *out)
{
	begin_page(argv, "every peer", out);
	print_command(argv, out);
	fprintf(out, "<p>%d peer%s; below the table what was recorded with each.</p>\n",
		pages->count, text_plural(pages->count));
	page_main(out);
	fputs("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>"
	      "<th scope=\"col\">peer</th><th scope=\"col\">calls</th>"
	      "<th scope=\"col\">first error</th><th scope=\"col\">fate</th></tr></thead>\n"
	      "<tbody>\n",
		out);
	fputs(pages->rows_text, out);
	fputs("</tbody></table></div>\n<h2>Recorded</h2>\n", out);
	fputs(pages->parts_text, out);
	page_end(out);
}

bool try_pages_end(struct try_pages *pages, char *const *argv, FILE *out)
{
	bool good = memory_close(pages->rows, &pages->rows_text);

	good = memory_close(pages->parts, &pages->parts_text) && good;
	if (good && out)
		print_all(pages, argv, out);
	free(pages->rows_text);
	free(pages->parts_text);
	return good;
}
