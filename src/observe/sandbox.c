#include "observe/sandbox.h"

#include "observe/netns.h"
#include "util/backoff.h"
#include "util/clock.h"
#include "util/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* /proc/sys/net/ipv4/... of a sysctl's name. */
static void sysctl_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, "/proc/sys/%s", name);
	for (char *at = path + strlen("/proc/sys/"); *at; at++)
		if (*at == '.')
			*at = '/';
}

/* Returns 0 or a negative errno. */
static int sysctl_write(const char *name, const char *value)
{
	char path[WORD_LIMIT + 16];

	sysctl_path(name, path, sizeof path);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int status = write(fd, value, strlen(value)) < 0 ? -errno : 0;

	close(fd);
	return status;
}

static int sysctl_read(const char *name, char *value, size_t size)
{
	char path[WORD_LIMIT + 16];

	sysctl_path(name, path, sizeof path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, value, size - 1);
	int status = n < 0 ? -errno : 0;

	close(fd);
	value[n > 0 ? n : 0] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return status;
}

static int set_link(bool up)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	int status = ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;

	close(fd);
	return status;
}

/* Gives the namespace a table of TCP connections of its own, which a small namespace inside the
 * first one gets when this sysctl is set (since Linux 6.1): the shared table's size makes reading
 * /proc/net/tcp take milliseconds. The number of time-wait entries follows the table's size and is
 * put back. */
static void shrink_table(void)
{
	char limit[SYSCTL_VALUE];

	if (sysctl_read("net.ipv4.tcp_max_tw_buckets", limit, sizeof limit) ||
		sysctl_write("net.ipv4.tcp_child_ehash_entries", "1024") || unshare(CLONE_NEWNET))
		return; /* slower, not worse */
	sysctl_write("net.ipv4.tcp_max_tw_buckets", limit);
}

static int prepare(const char **what)
{
	shrink_table();
	*what = "cannot bring up lo";
	return set_link(true);
}

void sandbox_enter(struct sandbox *sandbox, char *message, size_t size)
{
	const char *what;

	*sandbox = (struct sandbox){0};
	int status = netns_enter(prepare, &what);

	if (status)
		snprintf(message, size, "no private network namespace: %s: %s", what,
			strerror(-status));
	sandbox->entered = !status;
}

/* Reads the counters with all that was under way: what a timer or a packet that is seen by now
 * still has to count, on whichever processor. */
static int read_counters(struct counters *counters)
{
	backoff_run_softirqs();
	return counters_read(counters);
}

/* Reads the counters once no connection of the experiment before is established any more. Both ends
 * were reset, but the reset may be carried out later: mptcp_worker(), or ksoftirqd on a busy
 * processor. */
static int read_settled(struct counters *counters, int64_t deadline)
{
	long backoff = 0, established;
	int status;

	do {
		status = read_counters(counters);
		if (status || !counters_value(counters, "TcpCurrEstab", &established))
			return status;
		if (established)
			backoff_wait(-1, 0, &backoff);
	} while (established && !interrupted() && clock_read(CLOCK_MONOTONIC) < deadline);
	return established ? -ETIMEDOUT : 0;
}

int sandbox_begin(struct sandbox *sandbox, bool counts, int64_t deadline)
{
	sandbox->stale = true;
	return counts ? read_settled(&sandbox->before, deadline) : 0;
}

void sandbox_end(struct sandbox *sandbox)
{
	while (sandbox->saved_count) {
		const struct saved_sysctl *saved = &sandbox->saved[--sandbox->saved_count];

		sysctl_write(saved->name, saved->value);
	}
	if (sandbox->link_down && !set_link(true))
		sandbox->link_down = false;
}

/* Did the call fail for lack of a resource (descriptors, memory), rather than by the kernel's
 * answer? */
static bool is_short(int status)
{
	return status == -EMFILE || status == -ENFILE || status == -ENOMEM || status == -ENOBUFS;
}

static void give(struct result *result, int status)
{
	*result = (struct result){.kind = !status            ? RESULT_NUMBER
					  : is_short(status) ? RESULT_FAILED
							     : RESULT_ERROR,
		.value = -status};
}

static void sandbox_count(struct sandbox *sandbox, const struct step *step, struct result *result)
{
	int status = sandbox->stale ? read_counters(&sandbox->now) : 0;

	sandbox->stale = status;
	*result = (struct result){.kind = status ? RESULT_FAILED : RESULT_NUMBER, .value = -status};
	/* A counter that this kernel does not have cannot be held against anything. */
	if (!status &&
		!counters_moved(&sandbox->before, &sandbox->now, step->word[0], &result->value))
		*result = (struct result){.kind = RESULT_NONE};
}

static void sandbox_sysctl(struct sandbox *sandbox, const struct step *step, struct result *result)
{
	char value[STEP_ARGUMENTS * (WORD_LIMIT + 1)];
	int used = 0;
	struct saved_sysctl *saved = &sandbox->saved[sandbox->saved_count];
	int status = sandbox->saved_count == SYSCTL_LIMIT
			     ? -ENOSPC
			     : sysctl_read(step->word[0], saved->value, sizeof saved->value);

	for (int i = 1; i < step->word_count; i++)
		used += snprintf(value + used, sizeof value - (size_t)used, "%s%s",
			i > 1 ? " " : "", step->word[i]);
	if (!status)
		status = sysctl_write(step->word[0], value);
	if (!status) {
		snprintf(saved->name, sizeof saved->name, "%s", step->word[0]);
		sandbox->saved_count++;
	}
	give(result, status);
	if (status == -ENOENT) /* this kernel has no such sysctl */
		result->kind = RESULT_LACKING;
}

static void network_run(struct sandbox *sandbox, const struct step *step, struct result *result)
{
	int status = network_step(&sandbox->network, step);

	give(result, status);
	if (status == -EPIPE) /* its process died */
		result->kind = RESULT_FAILED;
}

static void sandbox_link(struct sandbox *sandbox, const struct step *step, struct result *result)
{
	if (sandbox->through_network) {
		network_run(sandbox, step, result);
		return;
	}
	int status = set_link(step->number[0] != 0);

	if (!status)
		sandbox->link_down = !step->number[0];
	give(result, status);
}

#define sandbox_delay network_run
#define sandbox_drop network_run
#define sandbox_reorder network_run
#define sandbox_inject network_run
#define sandbox_forget network_run

void sandbox_run(struct sandbox *sandbox, const struct step *step, struct result *result)
{
#define OPERATION(...)
#define NAMESPACE_OPERATION(id, name, ...) [OP_##id] = sandbox_##name,
	static void (*const calls[OPERATION_COUNT])(
		struct sandbox *, const struct step *, struct result *) = {
#include "language/operations.def"
	};

	calls[step->operation->id](sandbox, step, result);
}
