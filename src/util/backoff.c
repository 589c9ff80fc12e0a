#include "util/backoff.h"

#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

void backoff_grow(long *backoff)
{
	static const long shortest = 20000, longest = 1000000;

	*backoff = !*backoff ? shortest : *backoff * 2 < longest ? *backoff * 2 : longest;
}

short backoff_wait(int fd, short events, long *backoff)
{
	struct pollfd p = {.fd = fd, .events = events};

	backoff_grow(backoff);
	ppoll(&p, 1, &(struct timespec){.tv_nsec = *backoff}, NULL);
	return p.revents; /* 0 when the call failed, too */
}

void backoff_run_softirqs(void)
{
	cpu_set_t all, one;

	if (sched_getaffinity(0, sizeof all, &all))
		return; /* more processors than fit */
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all)) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof one, &one);
		}
	sched_setaffinity(0, sizeof all, &all);
}
