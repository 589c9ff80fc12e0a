#include "model/stream.h"

#include <string.h>

void stream_append(struct stream *s, const struct payload *text, long length)
{
	long room = s->more ? 0 : STREAM_LIMIT - s->known, count = length < room ? length : room;

	if (text->there)
		memcpy(s->byte + s->known, text->byte, (size_t)count);
	else
		memset(s->byte + s->known, 0, (size_t)count);
	s->known += (int)count;
	s->more |= count < length;
}

void stream_clear(struct stream *s)
{
	s->known = s->taken = 0;
	s->more = false;
}

void stream_forget(struct stream *s)
{
	stream_clear(s);
	s->more = true;
}

void stream_drop(struct stream *s, long length)
{
	int count = length < s->known - s->taken ? (int)length + s->taken : s->known;

	memmove(s->byte, s->byte + count, (size_t)(s->known - count));
	s->known -= count;
	s->taken = 0;
}

long stream_find(const struct stream *s, long unread, const struct payload *text)
{
	long end = s->taken + unread, known = end < s->known ? end : s->known;
	const char *at = memmem(s->byte, (size_t)known, text->byte, (size_t)text->length);

	if (at)
		return at - s->byte + text->length - s->taken;
	return end > s->known ? -1 : 0;
}
