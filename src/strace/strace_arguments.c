#include "strace/strace_arguments.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Behind the string that begins at i. */
static size_t string_end(struct span text, size_t i)
{
	for (i++; i < text.length && text.text[i] != '"'; i++)
		i += text.text[i] == '\\';
	return i;
}

/* Without blanks around it. */
static struct span trimmed(const char *text, size_t length)
{
	while (length && (*text == ' ' || *text == '\t'))
		text++, length--;
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return (struct span){text, length};
}

static void add(struct strace_arguments *arguments, struct span text, size_t from, size_t to)
{
	if (arguments->count < ARGUMENTS_LIMIT)
		arguments->argument[arguments->count++] = trimmed(text.text + from, to - from);
}

void strace_arguments_cut(struct strace_arguments *arguments, struct span text)
{
	size_t begin = 0, i = 0;
	int depth = 0;

	*arguments = (struct strace_arguments){0};
	for (; i < text.length; i++) {
		char c = text.text[i];

		if (c == '"')
			i = string_end(text, i);
		else if (strchr("([{", c) && c)
			depth++;
		else if (strchr(")]}", c) && c)
			depth--;
		else if (c == ',' && depth <= 0) {
			add(arguments, text, begin, i);
			begin = i + 1;
		}
	}
	if (trimmed(text.text + begin, text.length - begin).length)
		add(arguments, text, begin, text.length);
}

bool span_is(struct span span, const char *text)
{
	return strlen(text) == span.length && !memcmp(span.text, text, span.length);
}

bool span_has(struct span span, const char *text)
{
	return span.length && memmem(span.text, span.length, text, strlen(text)) != NULL;
}

long span_number(struct span span, long fallback)
{
	char digits[24], *end;

	snprintf(digits, sizeof digits, "%.*s", (int)(span.length < 23 ? span.length : 23),
		span.length ? span.text : "");
	long number = strtol(digits, &end, 0);

	return end == digits ? fallback : number;
}

/* The offset behind KEY= at or behind from; 0: there is none. */
static size_t find_field(struct span span, const char *key, size_t from)
{
	size_t n = strlen(key);

	for (size_t i = from; i + n < span.length; i++) {
		if (span.text[i] == '"') {
			i = string_end(span, i);
			continue;
		}
		if (!memcmp(span.text + i, key, n) && span.text[i + n] == '=' &&
			(!i || (!isalnum((unsigned char)span.text[i - 1]) &&
				       span.text[i - 1] != '_')))
			return i + n + 1;
	}
	return 0;
}

struct span span_field_text(struct span span, const char *key, size_t *at)
{
	size_t begin = find_field(span, key, *at), end = begin;

	if (!begin)
		return (struct span){0};
	while (end < span.length && !strchr(",}", span.text[end]))
		end++;
	*at = end;
	return trimmed(span.text + begin, end - begin);
}

long span_field(struct span span, const char *key, size_t *at, long fallback)
{
	return span_number(span_field_text(span, key, at), fallback);
}

long span_flags(struct span span, const struct symbol *table)
{
	long flags = 0, bit;

	for (size_t i = 0; i < span.length;) {
		char word[64];
		size_t n = 0;

		while (i + n < span.length &&
			(isalnum((unsigned char)span.text[i + n]) || span.text[i + n] == '_'))
			n++;
		snprintf(word, sizeof word, "%.*s", (int)n, span.text + i);
		if (n && symbol_value(table, word, &bit))
			flags |= bit;
		i += n ? n : 1;
	}
	return flags;
}

long span_symbol(struct span span, const struct symbol *table, long fallback)
{
	char word[64];
	long value;
	size_t n = 0;

	while (n < span.length && (isalnum((unsigned char)span.text[n]) || span.text[n] == '_'))
		n++;
	snprintf(word, sizeof word, "%.*s", (int)n, span.length ? span.text : "");
	return symbol_value(table, word, &value) ? value : span_number(span, fallback);
}
