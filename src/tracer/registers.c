#include "tracer/registers.h"

#include <elf.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__x86_64__)

void registers_skip_call(pid_t pid)
{
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.orig_rax), -1L);
}

void registers_set_result(pid_t pid, long value)
{
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rax), value);
}

#elif defined(__aarch64__)

#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif

void registers_skip_call(pid_t pid)
{
	int number = -1;
	struct iovec part = {&number, sizeof number};

	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &part);
}

void registers_set_result(pid_t pid, long value)
{
	struct user_regs_struct registers;
	struct iovec part = {&registers, sizeof registers};

	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part))
		return;
	registers.regs[0] = (unsigned long)value;
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &part);
}

#else /* no call stops there: filter_install() refuses */

void registers_skip_call(pid_t pid)
{
	(void)pid;
}

void registers_set_result(pid_t pid, long value)
{
	(void)pid;
	(void)value;
}

#endif
