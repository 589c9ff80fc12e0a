/*
 * What a run costs in system calls, by name: those of its steps, and those beyond, each with its
 * reason. strace counts them over two numbers of repetitions, so that what is done once falls out.
 */
#include "process.h"

#include <errno.h>

/* ENDS: each of the two counts ends with the listener killed while it receives. Whether that call
 * is counted is a race that no run has part in: the end of the connection may be seen first. */
enum { FEW = 100, MANY_MORE = 100, ENDS = 2, NAMES = 128 };

#define EXPERIMENT "write-after-close-unsettled" /* waits for nothing that a timer brings */

/* Of one run of it, in both processes. */
static const struct {
	const char *name;
	int count;
	bool more; /* one that waits may look more than once */
	const char *reason;
} expected[] = {
	{"connect", 1, false, "a step"},
	{"accept4", 1, false, "a step"},
	{"write", 3, false, "three steps"},
	{"close", 2, false, "the server's step, and the end of the client's socket"},
	{"getsockopt", 2, true, "two awaits: TCP_INFO"},
	{"ppoll", 0, true, "between two looks of an await"},
	{"socket", 1, false, "the client's, fresh for each run"},
	{"getsockname", 1, false, "the client's address: the server accepts nobody else"},
	{"setsockopt", 1, false, "SO_LINGER: nothing of the run lingers"},
	{"sendto", 2, false, "the server's steps to the listener's process, and their outcomes"},
	{"recvfrom", 2, false, "the same, received"},
	{"timer_settime", 2, false, "the run's deadline, in either process"},
	{"wait4", 1, false, "did the listener die since the last run?"},
};

struct counts {
	int names;
	char name[NAMES][32];
	long count[NAMES];
};

static char path[] = "/tmp/closewait-syscalls-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

/* A line of strace -c: % time, seconds, usecs/call, calls, errors or nothing, the name. */
static void read_counts(struct counts *counts)
{
	FILE *file = fopen(path, "re");
	char line[256];

	assert_non_null(file);
	counts->names = 0;
	while (fgets(line, sizeof line, file)) {
		long calls;
		char *name = strrchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (!name || sscanf(line, "%*f %*f %*d %9ld", &calls) != 1 ||
			!strcmp(name + 1, "total"))
			continue;
		assert_true(counts->names < NAMES);
		snprintf(counts->name[counts->names], sizeof *counts->name, "%.31s", name + 1);
		counts->count[counts->names++] = calls;
	}
	fclose(file);
}

static long count_of(const struct counts *counts, const char *name)
{
	for (int i = 0; i < counts->names; i++)
		if (!strcmp(counts->name[i], name))
			return counts->count[i];
	return 0;
}

/* Counts the calls of so many runs; false when nobody may be traced here. */
static bool count(int runs, struct counts *counts)
{
	char command[512];

	snprintf(command, sizeof command,
		"exec strace -f -c -o %s " PROGRAM " run " EXPERIMENT
		" --family=tcp4 --no-sandbox --wire=none --repeat=%d >/dev/null 2>&1 </dev/null",
		path, runs);
	/* strace's own failure: it is not there, or ptrace(2) is not allowed. */
	if (system("strace -o /dev/null true 2>/dev/null")) /* NOLINT(cert-env33-c) */
		return false;
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
	read_counts(counts);
	return true;
}

static void each_by_its_name(void **state)
{
	static struct counts few, more;
	long seen = 0, all = 0;

	(void)state;
	if (!count(FEW, &few) || !count(FEW + MANY_MORE, &more)) {
		print_message("strace is not there, or may trace nobody\n");
		skip();
	}
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		long got = count_of(&more, expected[i].name) - count_of(&few, expected[i].name);
		long wanted = (long)expected[i].count * MANY_MORE;

		/* How often one that waits looks is another number each time, and may be larger in
		 * fewer runs: the difference says nothing, but every one looks once. */
		if (expected[i].more) {
			got = count_of(&more, expected[i].name);
			wanted = (long)expected[i].count * (FEW + MANY_MORE);
		}
		if (got < wanted - ENDS || (!expected[i].more && got > wanted + ENDS))
			fail_msg("%s: %ld times instead of %ld (%s)", expected[i].name, got, wanted,
				expected[i].reason);
		seen += count_of(&more, expected[i].name) - count_of(&few, expected[i].name);
	}
	for (int i = 0; i < more.names; i++) {
		long got = more.count[i] - count_of(&few, more.name[i]);

		all += got;
		if (got > MANY_MORE / 2)
			print_message("%-16s %4ld in %d runs\n", more.name[i], got, MANY_MORE);
	}
	assert_int_equal(all, seen); /* there is no other */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_by_its_name),
	};

	return cmocka_run_group_tests_name("syscalls", tests, setup, teardown);
}
