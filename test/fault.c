/*
 * fault: loaded before the program (LD_PRELOAD), makes one call of one function fail.
 *
 * FAULT names a file that holds a struct fault, shared by the program and all its processes: the
 * call that brings left down to 0 fails. test/test_faults.c goes through the functions and calls.
 */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The names, and those of the parameters in their headers, are glibc's. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
   NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static struct fault *fault; /* NULL: not set up yet */

static __attribute__((constructor)) void setup(void)
{
	const char *path = getenv("FAULT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *shared =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (shared != MAP_FAILED)
		fault = shared;
	if (fd >= 0)
		close(fd);
}

/* Has this place called more than FAULT_ALIKE times in this run? With a full table, no place has.
 */
static bool one_of_many(uintptr_t caller)
{
	for (int i = 0; i < FAULT_PLACES; i++) {
		struct fault_place *place = &fault->places[i];
		uintptr_t other = 0;

		if (atomic_compare_exchange_strong(&place->caller, &other, caller) ||
			other == caller)
			return atomic_fetch_add(&place->calls, 1) >= FAULT_ALIKE;
	}
	return false;
}

/* Is this the call that fails? errno is set then. */
static bool fails(const char *function, const void *caller)
{
	if (!fault || strcmp(fault->function, function) != 0 || one_of_many((uintptr_t)caller) ||
		atomic_fetch_sub(&fault->left, 1) != 1)
		return false;
	errno = fault->error;
	return true;
}

#define FAILS(function) fails(function, __builtin_return_address(0))

void *malloc(size_t size)
{
	return FAILS("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return FAILS("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return FAILS("malloc") ? NULL : __libc_realloc(memory, size);
}

/* A function that returns failure. What follows in the library is found by its name. */
#define WRAP(type, name, failure, parameters, arguments) \
	type name parameters \
	{ \
		type(*next) parameters; \
\
		if (FAILS(#name)) \
			return failure; \
		*(void **)&next = dlsym(RTLD_NEXT, #name); \
		return next arguments; \
	}

WRAP(pid_t, fork, -1, (void), ())
WRAP(int, unshare, -1, (int flags), (flags))
WRAP(int, socket, -1, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, socketpair, -1, (int domain, int type, int protocol, int pair[2]),
	(domain, type, protocol, pair))
WRAP(int, bind, -1, (int fd, const struct sockaddr *address, socklen_t length),
	(fd, address, length))
WRAP(int, listen, -1, (int fd, int backlog), (fd, backlog))
WRAP(int, timer_create, -1, (clockid_t clock, struct sigevent *event, timer_t *timer),
	(clock, event, timer))
WRAP(int, pthread_create, errno,
	(pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *),
		void *argument),
	(thread, attributes, start, argument))
WRAP(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, open_memstream, NULL, (char **text, size_t *size), (text, size))
WRAP(pcap_t *, pcap_create, NULL, (const char *source, char *error), (source, error))
WRAP(int, pcap_activate, PCAP_ERROR, (pcap_t * pcap), (pcap))
WRAP(int, pcap_setnonblock, PCAP_ERROR, (pcap_t * pcap, int on, char *error), (pcap, on, error))
WRAP(int, pcap_stats, PCAP_ERROR, (pcap_t * pcap, struct pcap_stat *stat), (pcap, stat))
WRAP(int, pcap_next_ex, PCAP_ERROR,
	(pcap_t * pcap, struct pcap_pkthdr **header, const u_char **bytes), (pcap, header, bytes))

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...);
	va_list arguments;

	if (FAILS("open"))
		return -1;
	va_start(arguments, flags);
	mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;

	va_end(arguments);
	*(void **)&next = dlsym(RTLD_NEXT, "open");
	return next(path, flags, mode);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses)
   NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
