#include "language/parser.h"

#include <stdarg.h>
#include <string.h>

void parser_complain(struct parser *p, int column, const char *format, ...)
{
	va_list arguments;

	if (p->error_count++ == ERROR_LIMIT)
		fprintf(p->errors, "%s:%d:%d: more than %d errors; the rest is not reported\n",
			p->e->name, p->line, column, ERROR_LIMIT);
	if (p->error_count > ERROR_LIMIT)
		return;
	fprintf(p->errors, "%s:%d:%d: ", p->e->name, p->line, column);
	va_start(arguments, format);
	vfprintf(p->errors, format, arguments);
	va_end(arguments);
	fputc('\n', p->errors);
}

const struct word *parser_peek(const struct parser *p)
{
	return p->at < p->words.count ? &p->words.word[p->at] : NULL;
}

bool parser_next_is(const struct parser *p, const char *text)
{
	return parser_peek(p) && !strcmp(parser_peek(p)->text, text);
}

/* Complains about word i of the line, or about its absence. Always false. */
bool parser_expected(struct parser *p, int i, const char *what)
{
	if (i < p->words.count)
		parser_complain(p, p->words.word[i].column, "'%s': expected %s",
			p->words.word[i].text, what);
	else
		parser_complain(p, p->words.end_column, "end of line: expected %s", what);
	return false;
}

bool parser_expected_or_nearest(
	struct parser *p, int i, const char *what, const struct nearest *nearest)
{
	char text[160];

	if (i >= p->words.count || !nearest->best)
		return parser_expected(p, i, what);
	snprintf(text, sizeof text, "%s; did you mean '%s'?", what, nearest->best);
	return parser_expected(p, i, text);
}

bool parser_line_ends(struct parser *p)
{
	return p->at == p->words.count || parser_expected(p, p->at, "the end of the line");
}
