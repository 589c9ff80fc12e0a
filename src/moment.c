#include "moment.h"

#include <poll.h>
#include <stddef.h>
#include <time.h>

short wait_moment(int fd, short events, long *moment)
{
	static const long shortest = 20000, longest = 1000000; /* ns */
	struct pollfd p = {.fd = fd, .events = events};

	*moment = !*moment ? shortest : *moment * 2 < longest ? *moment * 2 : longest;
	ppoll(&p, 1, &(struct timespec){.tv_nsec = *moment}, NULL);
	return p.revents; /* 0 when the call failed, too */
}
