/*
 * Whatever fails around an experiment, at whichever call: the program ends, with a message and
 * status 3, or goes on without what it can go on without; it never takes that for an answer of the
 * kernel's, and leaves no process.
 */
#include "fault.h"
#include "process.h"

#include <errno.h>
#include <time.h>

enum { CALLS_LIMIT = 5000 };

static struct fault *fault;
static char path[] = "/tmp/closewait-fault-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof *fault), 0);
	fault = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(fault, MAP_FAILED);
	close(fd);
	setenv("FAULT", path, 1);
	/* What the program leaves behind becomes this process's child. */
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static int teardown(void **state)
{
	(void)state;
	munmap(fault, sizeof *fault);
	return unlink(path);
}

static bool preload(void)
{
	return !setenv("LD_PRELOAD", FAULT_LIBRARY, 1);
}

/* Children that are being killed with their parent end soon. */
static void assert_no_child(const char *what)
{
	alarm(PATIENCE / 1000); /* the test's end, if one does not */
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	alarm(0);
	if (errno != ECHILD)
		fail_msg("%s: %s", what, strerror(errno));
}

/* One run; false when the call that was to fail was not reached. */
static bool fails_well(const struct call *call, const char *function, int error, int number)
{
	char what[128];

	*fault = (struct fault){.error = error, .left = number};
	snprintf(fault->function, sizeof fault->function, "%s", function);
	prepare = preload;
	alarm(PATIENCE / 1000);
	struct running running = begin(call);
	struct said said = end(&running);

	prepare = NULL;
	snprintf(what, sizeof what, "%s: call %d of %s fails with %s", call->arguments[0], number,
		function, strerrorname_np(error));
	assert_no_child(what);
	bool reached = atomic_load(&fault->left) < 1;
	bool well = said.status == 3 ? reached && said.error[0] : said.status == 0;

	if (!well)
		print_error("%s%s", said.output, said.error);
	if (!well)
		fail_msg("%s: status %d", what, said.status);
	forget(&said);
	return reached;
}

static int each_call(const struct call *call, const char *function, int error)
{
	int number = 1;

	while (number < CALLS_LIMIT && fails_well(call, function, error, number))
		number++;
	return number - 1;
}

static const struct call one = {.arguments = {"run", "write-after-reset", "--family=tcp4",
					"--counters", "--states", "--wire=full"}},
			 plain = {.arguments = {"run", "blocked-poll", "--family=tcp4",
					  "--wire=none", "--deadline=60000"}},
			 several = {.arguments = {"run", "write-after-reset", "connect-refused",
					    "--jobs=2", "--wire=none"}},
			 /* without a network between the ends (the second in 32): whose process
			     ends is noticed at the deadline */
	random_ones = {.arguments = {"explore", "--first=2", "--count=5"}},
			 recorded = {.arguments = {"record", "write-after-reset"}},
			 explained = {.arguments = {"explain", "write-after-reset"}};

static void no_memory(void **state)
{
	static const struct call *const calls[] = {
		&plain, &several, &random_ones, &recorded, &explained, NULL};

	(void)state;
	for (size_t i = 0; calls[i]; i++)
		assert_in_range(each_call(calls[i], "malloc", ENOMEM), 10, CALLS_LIMIT - 2);
}

/* Every call with the first errno, the first call with every one. */
static int each_call_fails(const struct call *call, const char *function, const int *error)
{
	for (int e = 1; e < 4 && error[e]; e++)
		fails_well(call, function, error[e], 1);
	return each_call(call, function, error[0]);
}

/* Each with errnos that it can really fail with. */
static void each_function(void **state)
{
	static const struct {
		const char *name;
		int error[4];
	} functions[] = {
		{"fork", {EAGAIN, ENOMEM, ENOSYS}},
		{"unshare", {EPERM, ENOSPC, EINVAL, ENOMEM}},
		{"socket", {EMFILE, ENFILE, ENOBUFS, EACCES}},
		{"socketpair", {EMFILE, ENFILE, ENOMEM}},
		{"bind", {EADDRINUSE, EACCES, ENOMEM}},
		{"listen", {EADDRINUSE}},
		{"timer_create", {EAGAIN, ENOMEM}},
		{"pthread_create", {EAGAIN}},
		{"fopen", {EMFILE, ENFILE, ENOMEM, EACCES}},
		{"open", {EMFILE, ENFILE, ENOMEM, EACCES}},
		{"open_memstream", {ENOMEM}},
		{"pcap_create", {EPERM}},
		{"pcap_activate", {EPERM}},
		{"pcap_setnonblock", {EPERM}},
		{"pcap_stats", {EPERM}},
		{"pcap_next_ex", {EPERM}},
	};
	static const struct call *const calls[] = {&one, &plain, &several, NULL};

	(void)state;
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		int reached = 0;

		for (size_t c = 0; calls[c]; c++)
			reached += each_call_fails(calls[c], functions[i].name, functions[i].error);
		if (!reached)
			fail_msg("%s is never called", functions[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory),
		cmocka_unit_test(each_function),
	};

	return cmocka_run_group_tests_name("faults", tests, setup, teardown);
}
