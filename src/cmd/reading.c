#include "cmd/reading.h"

#include "util/clock.h"

#include <stdio.h>
#include <unistd.h>

enum { SECOND = 1000000000, EACH = 1024 /* of which the clock is looked at */ };

struct reading reading_begin(void)
{
	return (struct reading){isatty(STDERR_FILENO), clock_read(CLOCK_MONOTONIC) + SECOND};
}

void reading_show(struct reading *reading, long count, const char *noun, long connections)
{
	if (!reading->shown || count % EACH)
		return;
	int64_t now = clock_read(CLOCK_MONOTONIC);

	if (now < reading->next)
		return;
	reading->next = now + SECOND;
	fprintf(stderr, "\r%ld %s, %ld connections", count, noun, connections);
}

void reading_end(const struct reading *reading)
{
	if (reading->shown)
		fputs("\r\033[K", stderr);
}
