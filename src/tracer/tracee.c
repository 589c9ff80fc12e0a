#include "tracer/tracee.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CONTROL = 4096 }; /* bytes of control messages that are read */

size_t tracee_read(pid_t pid, unsigned long address, void *bytes, size_t size)
{
	struct iovec here = {bytes, size};
	struct iovec there = {(void *)(uintptr_t)address, size};
	ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);

	return n < 0 ? 0 : (size_t)n;
}

/* The inode behind a link of /proc/PID/fd. */
static unsigned long socket_inode(int directory, const char *name)
{
	static const char prefix[] = "socket:[";
	char target[64];
	ssize_t n = readlinkat(directory, name, target, sizeof target - 1);

	if (n < 0)
		return 0;
	target[n] = '\0';
	if (strncmp(target, prefix, sizeof prefix - 1) != 0)
		return 0;
	return strtoul(target + sizeof prefix - 1, NULL, 10);
}

unsigned long tracee_socket(pid_t pid, int fd)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	return fd < 0 ? 0 : socket_inode(AT_FDCWD, path);
}

/* What getsockname(2) and getsockopt(2) say of it. */
static bool read_bound(int fd, struct address *address, bool *only_v6)
{
	int only = 0;
	socklen_t length = sizeof only;

	*address = (struct address){.length = sizeof address->storage};
	if (getsockname(fd, (struct sockaddr *)&address->storage, &address->length))
		return false;
	*only_v6 = !getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &length) && only;
	return true;
}

bool tracee_bound(pid_t process, int fd, struct address *address, bool *only_v6)
{
	int pidfd = pidfd_open(process, 0);
	int copy = pidfd < 0 ? -1 : pidfd_getfd(pidfd, fd, 0);
	bool told = copy >= 0 && read_bound(copy, address, only_v6);

	if (copy >= 0)
		close(copy);
	if (pidfd >= 0)
		close(pidfd);
	return told;
}

int tracee_count(pid_t pid, unsigned long inode)
{
	char path[64];
	int count = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory)) != NULL)
		count += socket_inode(dirfd(directory), entry->d_name) == inode;
	if (directory)
		closedir(directory);
	return count;
}

/* Opens /proc/PID/NAME. */
static FILE *open_proc(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	return fopen(path, "re");
}

bool tracee_epoll_has(pid_t pid, int epoll, unsigned long inode, uint64_t *data)
{
	char name[32], line[256];
	bool there = false;

	snprintf(name, sizeof name, "fdinfo/%d", epoll);
	FILE *file = open_proc(pid, name);

	while (file && !there && fgets(line, sizeof line, file)) {
		unsigned long long carried;
		unsigned long found;

		there = sscanf(line, "tfd: %*d events: %*x data: %16llx pos:%*d ino:%16lx",
				&carried, &found) == 2 &&
			found == inode;
		if (there)
			*data = carried;
	}
	if (file)
		fclose(file);
	return there;
}

int tracee_passes(pid_t pid, unsigned long address, unsigned long inode)
{
	_Alignas(struct cmsghdr) char control[CONTROL];
	struct msghdr message;
	int passed, count = 0;

	if (tracee_read(pid, address, &message, sizeof message) != sizeof message)
		return 0;
	if (message.msg_controllen > sizeof control)
		message.msg_controllen = sizeof control;
	message.msg_controllen = tracee_read(pid, (unsigned long)(uintptr_t)message.msg_control,
		control, message.msg_controllen);
	message.msg_control = control;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; CMSG_LEN(at + sizeof passed) <= c->cmsg_len;
			at += sizeof passed) {
			memcpy(&passed, CMSG_DATA(c) + at, sizeof passed);
			count += tracee_socket(pid, passed) == inode;
		}
	}
	return count;
}

/* Reads the number behind name in /proc/PID/status; false when it is not there. */
static bool read_status(pid_t pid, const char *name, int base, unsigned long long *value)
{
	char line[256];
	size_t length = strlen(name);
	bool there = false;
	FILE *file = open_proc(pid, "status");

	while (file && !there && fgets(line, sizeof line, file)) {
		there = !strncmp(line, name, length);
		if (there)
			*value = strtoull(line + length, NULL, base);
	}
	if (file)
		fclose(file);
	return there;
}

pid_t tracee_process(pid_t pid)
{
	unsigned long long process;

	return read_status(pid, "Tgid:", 10, &process) ? (pid_t)process : pid;
}

/* Its state and its flags, as /proc/PID/stat shows them. */
static bool read_stat(pid_t pid, char *state, unsigned *flags)
{
	char text[512] = "";
	FILE *file = open_proc(pid, "stat");

	if (file && !fgets(text, sizeof text, file))
		text[0] = '\0';
	if (file)
		fclose(file);
	const char *end = strrchr(text, ')'); /* of its name, which may contain anything */

	return end && sscanf(end, ") %c %*d %*d %*d %*d %*d %10u", state, flags) == 2;
}

bool tracee_sleeps(pid_t pid)
{
	unsigned flags;
	char state;

	return read_stat(pid, &state, &flags) && state == 'S';
}

bool tracee_ends(pid_t pid)
{
	const unsigned exiting = 4; /* PF_EXITING */
	unsigned flags;
	char state;

	return !read_stat(pid, &state, &flags) || flags & exiting;
}

char tracee_disposition(pid_t pid, int signal)
{
	static const struct {
		const char *name;
		char letter;
	} masks[] = {{"SigIgn:", 'i'}, {"SigBlk:", 'b'}, {"SigCgt:", 'c'}};
	unsigned long long mask;

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
		if (read_status(pid, masks[i].name, 16, &mask) && mask >> (signal - 1) & 1)
			return masks[i].letter;
	return 'd';
}

/* In a user namespace of one's own the files of all others are nobody's (65534): to nobody's own
 * tracer they look like its own, and it is not told. */
bool tracee_is_privileged(pid_t pid)
{
	char path[64];
	struct stat file;

	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	if (stat(path, &file))
		return false;
	return (file.st_mode & S_ISUID && file.st_uid != geteuid()) ||
	       (file.st_mode & S_ISGID && file.st_gid != getegid());
}
