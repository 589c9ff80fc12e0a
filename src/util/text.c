#include "util/text.h"

#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
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

		while (at < length && !blank(line[at]))
			at++;
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
	int limit = 1 + (int)strlen(nearest->word) / 3;
	int d = distance(nearest->word, candidate);

	if (d <= limit && (!nearest->best || d < nearest->distance)) {
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

int text_add_comment(FILE *out, int column, const char *start, const char *piece, int length)
{
	if (!column)
		column = fprintf(out, "%s", start);
	else if (column + length > TEXT_WIDTH)
		column = fprintf(out, "\n#  ") - 1;
	return column + fprintf(out, "%.*s", length, piece);
}
