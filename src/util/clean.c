#include "util/clean.h"

#include "util/memstream.h"

#include <stdint.h>
#include <string.h>

const char clean_replacement[] = "\xEF\xBF\xBD";

enum { DELETE = 0x7F, LAST_CONTROL = 0x9F };

/* The bytes of the UTF-8 sequence that begins with lead; 0 when none does. */
static int sequence_length(unsigned char lead)
{
	return lead < 0x80   ? 1
	       : lead < 0xC0 ? 0
	       : lead < 0xE0 ? 2
	       : lead < 0xF0 ? 3
	       : lead < 0xF8 ? 4
			     : 0;
}

/* Reads the character at text, of length bytes; false when that is none: a sequence that is cut
 * off, longer than it need be, or of a surrogate. */
static bool decode(const char *text, int length, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	if (!length)
		return false;
	*character = (unsigned char)*text & (length == 1 ? 0x7FU : 0xFFU >> (length + 1));
	for (int i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			return false;
		*character = *character << 6 | ((unsigned char)text[i] & 0x3F);
	}
	return *character >= least[length] && *character <= 0x10FFFF &&
	       (*character < 0xD800 || *character > 0xDFFF);
}

static bool is_allowed(uint32_t c)
{
	return c == '\n' || c == '\t' ||
	       (c >= ' ' && (c < DELETE || c > LAST_CONTROL) && c != 0xFFFE && c != 0xFFFF);
}

int clean_character(const char *text, bool *allowed)
{
	int length = sequence_length((unsigned char)*text);
	uint32_t character;

	*allowed = decode(text, length, &character);
	if (!*allowed)
		return 1;
	*allowed = is_allowed(character);
	return length;
}

/* Prints the character at text; returns how many bytes of text it was. */
static int print_character(const char *text, bool line, FILE *out)
{
	bool allowed;
	int length = clean_character(text, &allowed);

	if (!allowed)
		fputs(clean_replacement, out);
	else if (line && (*text == '\n' || *text == '\t'))
		fputc(' ', out);
	else
		fwrite(text, 1, (size_t)length, out);
	return length;
}

static char *clean(const char *text, bool line)
{
	char *cleaned = NULL;
	size_t size;
	FILE *out = open_memstream(&cleaned, &size);

	if (!out)
		return NULL;
	while (*text)
		text += print_character(text, line, out);
	memory_close(out, &cleaned);
	return cleaned;
}

char *clean_text(const char *text)
{
	return clean(text, false);
}

char *clean_line(const char *text)
{
	return clean(text, true);
}
