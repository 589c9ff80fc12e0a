#include "endpoint/until.h"

#include "endpoint/calls.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* What read until has read, and where in it the text may begin that it reads until. */
struct search {
	struct payload until;
	char kept[PAYLOAD_LIMIT]; /* the last bytes read, fewer than the text has */
	size_t kept_length;
	size_t total;
	struct payload begin; /* how all of it begins */
	bool found;
};

/* How many of length bytes at hand to read: up to the end of the text, or all. */
static size_t wanted(struct search *s, const char *bytes, size_t length)
{
	char joined[PAYLOAD_LIMIT * 2];
	size_t until = (size_t)s->until.length, edge = length < until ? length : until;

	/* It may begin in what was read before. */
	memcpy(joined, s->kept, s->kept_length);
	memcpy(joined + s->kept_length, bytes, edge);
	const char *at = memmem(joined, s->kept_length + edge, s->until.byte, until);

	if (at && (s->found = true))
		return (size_t)(at - joined) + until - s->kept_length;
	at = memmem(bytes, length, s->until.byte, until);
	s->found = at;
	return at ? (size_t)(at - bytes) + until : length;
}

/* Notes what was read. */
static void keep(struct search *s, const char *bytes, size_t length)
{
	size_t room = (size_t)s->until.length - 1, before = s->kept_length;

	if (s->total < PAYLOAD_LIMIT && length) {
		size_t first =
			PAYLOAD_LIMIT - s->total < length ? PAYLOAD_LIMIT - s->total : length;

		memcpy(s->begin.byte + s->total, bytes, first);
		s->begin.length += (int)first;
	}
	s->total += length;
	s->begin.more = s->total > PAYLOAD_LIMIT;
	if (length >= room) {
		memcpy(s->kept, bytes + length - room, room);
		s->kept_length = room;
		return;
	}
	size_t stay = before + length > room ? room - length : before;

	memmove(s->kept, s->kept + before - stay, stay);
	memcpy(s->kept + stay, bytes, length);
	s->kept_length = stay + length;
}

/* Is fd the file that it was at first? A number that was closed meanwhile may be another's by now.
 */
static bool is_same(int fd, const struct stat *first)
{
	struct stat now;

	if (!fstat(fd, &now) && now.st_dev == first->st_dev && now.st_ino == first->st_ino)
		return true;
	errno = EBADF;
	return false;
}

/* Looks at what is there, and reads so much of it. Returns what read(2) returned, or recv(2). */
static ssize_t read_part(int fd, const struct stat *first, struct search *s)
{
	char part[4096];
	ssize_t n = recv(fd, part, sizeof part, MSG_PEEK);

	if (n <= 0)
		return n;
	size_t length = wanted(s, part, (size_t)n);

	n = is_same(fd, first) ? read(fd, part, length) : -1;
	if (n > 0)
		keep(s, part, (size_t)n);
	s->found = s->found && n == (ssize_t)length;
	return n;
}

void until_read(int fd, const struct step *step, struct result *result)
{
	struct search s = {.begin.there = true};
	struct stat first;
	ssize_t n = fstat(fd, &first) ? -1 : 1;

	step_payload(step, &s.until);
	while (n > 0 && !s.found)
		n = read_part(fd, &first, &s);
	*result = result_of_call(n < 0 ? -1 : (ssize_t)s.total);
	if (n >= 0)
		result->data = s.begin;
}
