#include "tracer/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#define NATIVE 0 /* of no architecture that is known here: filter_install() refuses */
#endif

/* Calls that arm64, a younger ABI, does without. */
enum { NO_CALL = -1 };
#ifndef SYS_dup2
#define SYS_dup2 NO_CALL
#define SYS_poll NO_CALL
#define SYS_select NO_CALL
#define SYS_epoll_wait NO_CALL
#endif
#ifndef SYS_accept
#define SYS_accept NO_CALL
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

static const long numbers[CALL_COUNT] = {
#define CALL(name, ...) [CALL_##name] = SYS_##name,
#include "calls/calls.def"
};

enum {
	X32 = 0x40000000, /* __X32_SYSCALL_BIT: a call of the x32 ABI, by AUDIT_ARCH_X86_64, too */
	FRAME = 8,        /* instructions around those of the calls */
};

enum call_id filter_call(unsigned long number)
{
	enum call_id id = 0;

	while (id < CALL_COUNT && numbers[id] != (long)number)
		id++;
	return id;
}

/* Is the call watched? */
static bool watches(enum call_id id, bool sleeps)
{
	bool sleep = id == CALL_nanosleep || id == CALL_clock_nanosleep;

	return numbers[id] != NO_CALL && (!sleep || sleeps);
}

/* One comparison after another: the kernel asks the filter once for each number and remembers those
 * that it always lets through (seccomp_cache_prepare()). */
static unsigned short write_filter(struct sock_filter *code, bool sleeps)
{
	struct sock_filter *at = code;
	const struct sock_filter watched =
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_WATCHED);

	*at++ = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_FOREIGN);
	*at++ = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_FOREIGN);
	for (enum call_id id = 0; id < CALL_COUNT; id++)
		if (watches(id, sleeps)) {
			*at++ = (struct sock_filter)BPF_JUMP(
				BPF_JMP | BPF_JEQ | BPF_K, (unsigned)numbers[id], 0, 1);
			*at++ = watched;
		}
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return (unsigned short)(at - code);
}

int filter_install(bool sleeps)
{
	struct sock_filter code[FRAME + 2 * CALL_COUNT];
	struct sock_fprog program = {.len = write_filter(code, sleeps), .filter = code};

	if (!NATIVE)
		return -ENOSYS;
	if (!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 0;
	if (errno == EACCES && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
		!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 0;
	return -errno;
}
