#include "page/markup.h"

#include "util/clean.h"

#include <ctype.h>
#include <string.h>

/* What stands for a character; NULL: itself. */
static const char *escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>': /* in "]]>" */
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void markup_part(FILE *out, const char *text, int length)
{
	for (int used; length > 0 && *text; text += used, length -= used) {
		const char *escaped = escape(*text);
		bool allowed;

		used = clean_character(text, &allowed);
		if (!allowed || used > length)
			fputs(clean_replacement, out);
		else if (escaped)
			fputs(escaped, out);
		else
			fwrite(text, 1, (size_t)used, out);
	}
}

void markup_text(FILE *out, const char *text)
{
	markup_part(out, text, (int)strlen(text));
}

void markup_print(FILE *out, const char *format, ...)
{
	char text[MARKUP_LIMIT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	markup_text(out, text);
}

void markup_id(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(isalnum((unsigned char)*text) || strchr("._-", *text) ? *text : '_', out);
}
