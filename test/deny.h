/*
 * deny: runs the program as somebody who may do less: without a system call, without descriptors,
 * as an ordinary user.
 */
#ifndef TEST_DENY_H
#define TEST_DENY_H

#include "program.h"

#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

enum { UID_NOBODY = 65534 };

/* What seccomp(2) does at the system call number, if its argument at index, from 0, is this; ANY:
 * whatever it is. */
#define ANY 0xffffffffu
static inline bool act_at_argument(
	unsigned number, unsigned index, unsigned argument, unsigned action)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			(__u32)(offsetof(struct seccomp_data, args) + index * sizeof(__u64))),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument, 0, argument == ANY ? 0 : 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* The same of its first argument. */
static inline bool act_at(unsigned number, unsigned argument, unsigned action)
{
	return act_at_argument(number, 0, argument, action);
}

static inline bool deny_argument(unsigned number, unsigned index, unsigned argument, unsigned error)
{
	return act_at_argument(number, index, argument, SECCOMP_RET_ERRNO | error);
}

/* Makes the system call fail with error. */
static inline bool deny(unsigned number, unsigned argument, unsigned error)
{
	return act_at(number, argument, SECCOMP_RET_ERRNO | error);
}

static inline bool become_nobody(void)
{
	return geteuid() != 0 ||
	       (!setgroups(0, NULL) && !setresgid(UID_NOBODY, UID_NOBODY, UID_NOBODY) &&
		       !setresuid(UID_NOBODY, UID_NOBODY, UID_NOBODY));
}

static rlim_t descriptors;

static inline bool few_descriptors(void)
{
	const struct rlimit limit = {descriptors, descriptors};

	return !setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void check_as(bool (*who)(void), const struct call *call)
{
	prepare = who;
	check(call);
	prepare = NULL;
}

#endif
