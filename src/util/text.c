#include "util/text.h"

#include <stdlib.h>
#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the word at at ends. */
static size_t word_end(const char *line, size_t length, size_t at)
{
	if (line[at] == '"') {
		for (at++; at < length && line[at] != '"'; at++)
			at += line[at] == '\\';
	}
	while (at < length && !blank(line[at]))
		at++;
	return at < length ? at : length;
}

size_t text_before_comment(const char *line, size_t length)
{
	size_t at = 0;

	while (at < length && line[at] != '#')
		at = blank(line[at]) ? at + 1 : word_end(line, length, at);
	return at;
}

bool text_cut(struct words *words, const char *line, size_t length, int *column, const char **what)
{
	size_t at = 0;

	words->count = 0;
	words->end_column = 1;
	words->comment = NULL;
	for (;;) {
		while (at < length && blank(line[at]))
			at++;
		if (at == length)
			return true;
		if (line[at] == '#') {
			words->comment = line + at;
			return true;
		}
		size_t start = at;

		at = word_end(line, length, at);
		*column = (int)start + 1;
		*what = words->count == WORDS_LIMIT ? "words in a line" : "characters in a word";
		if (words->count == WORDS_LIMIT || at - start > WORD_LIMIT)
			return false;

		struct word *word = &words->word[words->count++];

		memcpy(word->text, line + start, at - start);
		word->text[at - start] = '\0';
		word->column = (int)start + 1;
		words->end_column = (int)at + 1;
	}
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Levenshtein distance with swaps of neighbours (optimal string alignment). */
static int distance(const char *a, const char *b)
{
	int n = (int)strnlen(a, WORD_LIMIT), m = (int)strnlen(b, WORD_LIMIT);
	int rows[3][WORD_LIMIT + 1];
	int *before = rows[0], *above = rows[1], *row = rows[2];

	for (int j = 0; j <= m; j++)
		above[j] = before[j] = j;
	for (int i = 1; i <= n; i++) {
		row[0] = i;
		for (int j = 1; j <= m; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
				above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		int *free_row = before;

		before = above;
		above = row;
		row = free_row;
	}
	return above[m];
}

void text_offer_nearest(struct nearest *nearest, const char *candidate)
{
	int length = (int)strlen(nearest->word);
	int limit = nearest->best ? nearest->distance - 1 : 1 + length / 3;

	/* At least as many edits as the one is longer: an editor asks at every keystroke. */
	if (abs(length - (int)strlen(candidate)) > limit)
		return;
	int d = distance(nearest->word, candidate);

	if (d <= limit) {
		nearest->best = candidate;
		nearest->distance = d;
	}
}

void text_wrap(FILE *out, int column, const char *text)
{
	int at = column;

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (at > column && at + 1 + length > TEXT_WIDTH) {
			fprintf(out, "\n%*s", column, "");
			at = column;
		}
		at += fprintf(out, "%s%.*s", at > column ? " " : "", length, text);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* How many bytes of the terminal sequence at text there are; 0: none begins there. */
static int sequence(const char *text)
{
	return *text == '\033' ? (int)strcspn(text, "m\n") + 1 : 0;
}

/* Where the comment of the line begins, or its length. */
static int comment_at(const char *line, int length)
{
	for (int i = 0; i < length; i++)
		if (line[i] == '#' && (!i || line[i - 1] == ' '))
			return i;
	return length;
}

/* The column in which a line that is too long goes on. */
static int hanging_column(const char *line, int length, int width)
{
	int indent = (int)strspn(line, " "), column = indent + 2;

	for (int i = indent + 2; i < length && i <= width * 2 / 3; i++)
		if (line[i - 2] == ' ' && line[i - 1] == ' ' && line[i] != ' ')
			column = i;
	return column;
}

/* How many bytes at text fit into room columns, up to a blank; all of them when the rest fits. A
 * first word always does. */
static int fitting(const char *text, int length, int room)
{
	int blank = 0, column = 0;

	for (int i = 0; i < length;) {
		int skip = sequence(text + i);

		if (!skip && text[i] == ' ' && column && text[i - 1] != ' ')
			blank = i;
		if (!skip && ++column > room && blank)
			return blank;
		i += skip ? skip : 1;
	}
	return length;
}

static void fit_line(FILE *out, const char *line, int length, int width)
{
	int comment = comment_at(line, length), at = 0, prefix = 0;
	int column = hanging_column(line, comment, width);

	for (;;) {
		/* The blanks in front are no place to break. */
		int indent = at ? 0 : (int)strspn(line, " ");
		int taken = indent + fitting(line + at + indent, length - at - indent,
					     width - prefix - indent);

		fprintf(out, "%.*s\n", taken, line + at);
		at += taken;
		at += (int)strspn(line + at, " ");
		if (at >= length)
			return;
		prefix = at > comment
				 ? fprintf(out, "%*s#  ", comment > width / 2 ? 0 : comment, "")
				 : fprintf(out, "%*s", column, "");
	}
}

/* Is it a line of a paragraph of comments? */
static bool is_paragraph(const char *line)
{
	return line[0] == '#' && line[1] == ' ' && line[2] && line[2] != ' ' && line[2] != '\n';
}

/* Prints a paragraph of comments, filled anew; returns what is behind it. */
static const char *fit_paragraph(FILE *out, const char *text, int width)
{
	int column = fprintf(out, "#");

	for (; is_paragraph(text); text += *text == '\n')
		for (text += 2; *text && *text != '\n'; text += strspn(text, " ")) {
			int length = (int)strcspn(text, " \n");

			if (column > 1 && column + 1 + length > width)
				column = fprintf(out, "\n#") - 1;
			column += fprintf(out, " %.*s", length, text);
			text += length;
		}
	fputc('\n', out);
	return text;
}

void text_fit(FILE *out, const char *text, int width)
{
	while (*text) {
		int length = (int)strcspn(text, "\n");

		if (length > width && is_paragraph(text)) {
			text = fit_paragraph(out, text, width);
			continue;
		}
		fit_line(out, text, length, width);
		text += length + (text[length] == '\n');
	}
}

const char *text_plural(long count)
{
	return count == 1 ? "" : "s";
}

int text_add_comment(FILE *out, int column, const char *start, const char *piece, int length)
{
	if (!column)
		column = fprintf(out, "%s", start);
	else if (column + length > TEXT_WIDTH)
		column = fprintf(out, "\n#  ") - 1;
	return column + fprintf(out, "%.*s", length, piece);
}
