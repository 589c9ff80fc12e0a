/*
 * clock: the one clock of a trace, CLOCK_REALTIME in nanoseconds, because captured packets carry
 * it.
 */
#ifndef CLOSEWAIT_CLOCK_H
#define CLOSEWAIT_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_read(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline struct timespec clock_timespec(int64_t nanoseconds)
{
	return (struct timespec){.tv_sec = (time_t)(nanoseconds / 1000000000),
		.tv_nsec = (long)(nanoseconds % 1000000000)};
}

static inline int64_t clock_now(void)
{
	return clock_read(CLOCK_REALTIME);
}

#endif
