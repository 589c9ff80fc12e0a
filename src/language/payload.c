#include "language/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char named[] = "n\nr\rt\tv\vf\f\\\\\"\""; /* pairs: the letter, the byte */

bool payload_begins(const char *text)
{
	return *text == '"';
}

static bool octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Reads digits of a base, at most so many, at *text, which moves behind them. -1 when there are
 * fewer than least, or their number is no byte's. */
static int read_byte(const char **text, int base, int least, int most)
{
	char digits[4] = "", *end;
	int count = 0;

	while (count < most && (*text)[count])
		count++;
	memcpy(digits, *text, (size_t)count);
	if (strspn(digits, "+- \t"))
		return -1;
	long value = strtol(digits, &end, base);

	*text += end - digits;
	return end - digits < least || value > 0xff ? -1 : (int)value;
}

/* Reads what stands behind a backslash. -1 when it is no escape. */
static int read_escape(const char **text)
{
	if (octal(**text))
		return read_byte(text, 8, 1, 3);
	if (**text == 'x') {
		++*text;
		return read_byte(text, 16, 2, 2);
	}
	for (const char *pair = named; **text && *pair; pair += 2)
		if (*pair == **text) {
			++*text;
			return pair[1];
		}
	return -1;
}

bool payload_parse(struct payload *payload, const char *text)
{
	*payload = (struct payload){.there = true};
	if (*text++ != '"')
		return false;
	while (*text && *text != '"') {
		int byte = (unsigned char)*text++;

		if (byte == '\\')
			byte = read_escape(&text);
		else if (byte < ' ' || byte > '~')
			return false;
		if (byte < 0 || payload->length == PAYLOAD_LIMIT)
			return false;
		payload->byte[payload->length++] = (char)byte;
	}
	if (*text++ != '"')
		return false;
	payload->more = !strcmp(text, "...");
	return payload->more || !*text;
}

/* The characters of one byte; next is the byte behind it. */
static void byte_text(unsigned char byte, char next, char text[5])
{
	for (const char *pair = named; *pair; pair += 2)
		if ((unsigned char)pair[1] == byte) {
			snprintf(text, 5, "\\%c", *pair);
			return;
		}
	if (byte >= ' ' && byte <= '~')
		snprintf(text, 5, "%c", byte);
	else
		snprintf(text, 5, octal(next) ? "\\%03o" : "\\%o", byte);
}

void payload_text(const struct payload *payload, char *text, size_t size)
{
	size_t cut = sizeof "\"...", closing = payload->more ? cut : sizeof "\"";
	size_t used = (size_t)snprintf(text, size, "\""), fits = used; /* with "... behind it */
	bool more = payload->more;
	char byte[5];

	for (int i = 0; i < payload->length; i++) {
		char next = '\0';

		if (i + 1 < payload->length)
			next = payload->byte[i + 1];
		byte_text((unsigned char)payload->byte[i], next, byte);
		if (used + strlen(byte) + closing > size) {
			more = true;
			used = fits;
			break;
		}
		used += (size_t)snprintf(text + used, size - used, "%s", byte);
		if (used + cut <= size)
			fits = used;
	}
	snprintf(text + used, size - used, "\"%s", more ? "..." : "");
}

void payload_keep(struct payload *payload, const char *bytes, size_t length)
{
	payload->there = true;
	payload->more = length > PAYLOAD_LIMIT;
	payload->length = payload->more ? PAYLOAD_LIMIT : (int)length;
	memcpy(payload->byte, bytes, (size_t)payload->length);
}

bool payload_is_zeroes(const struct payload *payload)
{
	for (int i = 0; i < payload->length; i++)
		if (payload->byte[i])
			return false;
	return true;
}

bool payloads_agree(const struct payload *a, const struct payload *b)
{
	int both = a->length < b->length ? a->length : b->length;

	if (!a->there || !b->there)
		return true;
	if ((a->length > both && !b->more) || (b->length > both && !a->more))
		return false;
	return !memcmp(a->byte, b->byte, (size_t)both);
}
