#include "language/parser.h"

#include <stdarg.h>
#include <string.h>

/* More than the longest word, what is expected in its place, and what may have been meant. */
enum { MESSAGE_TEXT = 1024 };

/* Hands on what is wrong, but for its line. */
static void hand_on(struct parser *p, struct complaint complaint)
{
	char limit[64];

	complaint.line = p->line;
	if (p->error_count++ == ERROR_LIMIT) {
		snprintf(limit, sizeof limit, "more than %d errors; the rest is not reported",
			ERROR_LIMIT);
		p->complain(p->context,
			&(struct complaint){
				.line = p->line, .column = complaint.column, .message = limit});
	}
	if (p->error_count <= ERROR_LIMIT)
		p->complain(p->context, &complaint);
}

void parser_complain(struct parser *p, int column, const char *format, ...)
{
	char message[MESSAGE_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	hand_on(p, (struct complaint){.column = column, .message = message});
}

const struct word *parser_peek(const struct parser *p)
{
	return p->at < p->words.count ? &p->words.word[p->at] : NULL;
}

bool parser_next_is(const struct parser *p, const char *text)
{
	return parser_peek(p) && !strcmp(parser_peek(p)->text, text);
}

bool parser_expected_or_nearest(
	struct parser *p, int i, const char *what, const struct nearest *nearest)
{
	const struct word *word = i < p->words.count ? &p->words.word[i] : NULL;
	const char *best = word && nearest ? nearest->best : NULL;
	char message[MESSAGE_TEXT];

	snprintf(message, sizeof message, "%s%s%s: expected %s%s%s%s", word ? "'" : "",
		word ? word->text : "end of line", word ? "'" : "", what,
		best ? "; did you mean '" : "", best ? best : "", best ? "'?" : "");
	hand_on(p, (struct complaint){.column = word ? word->column : p->words.end_column,
			   .length = word ? (int)strlen(word->text) : 0,
			   .message = message,
			   .expected = what,
			   .nearest = best});
	return false;
}

/* Complains about word i of the line, or about its absence. Always false. */
bool parser_expected(struct parser *p, int i, const char *what)
{
	return parser_expected_or_nearest(p, i, what, NULL);
}

bool parser_line_ends(struct parser *p)
{
	return p->at == p->words.count || parser_expected(p, p->at, "the end of the line");
}
