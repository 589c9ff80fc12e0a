/*
 * ends: both ends of a connection in this process, in a sandbox, for the tests of the endpoint's
 * calls.
 */
#ifndef CLOSEWAIT_TEST_ENDS_H
#define CLOSEWAIT_TEST_ENDS_H

#include "check.h"
#include "endpoint/endpoint.h"
#include "observe/sandbox.h"
#include "util/clock.h"
#include "util/deadline.h"

#include <dirent.h>
#include <signal.h>

static struct endpoint client, server;
enum { PATIENCE = 60000 };

static int patience = PATIENCE; /* milliseconds that a step may take */

static const enum family all[] = {FAMILY_TCP4, FAMILY_TCP6, FAMILY_TCP4_MAPPED, FAMILY_MPTCP4,
	FAMILY_UNIX, FAMILY_UNIX_SEQPACKET};

/* The step of a text such as "client write 6 &". */
static inline struct step step_of(const char *text)
{
	struct step step = {0};
	struct words words;
	char expected[256];
	const char *what;
	int column;

	assert_true(text_cut(&words, text, strlen(text), &column, &what));
	assert_true(words.count >= 2 && who_value(words.word[0].text, &step.who));
	step.operation = operation_find(words.word[1].text);
	assert_non_null(step.operation);
	for (int i = 2; i < words.count; i++)
		if (!strcmp(words.word[i].text, "&"))
			step.background = true;
		else if (!step_argument(
				 &step, i - 2, words.word[i].text, expected, sizeof expected))
			fail_msg("%s: expected %s", text, expected);
	return step;
}

static inline struct result run(const char *text)
{
	struct step step = step_of(text);
	struct outcome outcome;

	endpoint_run(step.who == CLIENT ? &client : &server, &step,
		clock_read(CLOCK_MONOTONIC) + (int64_t)patience * 1000000, &outcome);
	return outcome.result;
}

static inline void gives(const char *text, const char *expected)
{
	struct result result = run(text);
	char got[RESULT_TEXT];

	if (!strchr(expected, '"'))
		result.data.there = false; /* nobody asks for the bytes */
	result_text(&result, got, sizeof got);
	if (result.kind == RESULT_LACKING)
		fail_msg("%s: lacking, %s", text, strerror((int)result.value));
	if (strcmp(got, expected) != 0)
		fail_msg("%s = %s instead of %s on %s", text, got, expected,
			family_name(client.family));
}

static inline int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 3; /* . and .., and the directory's own or nothing */
}

/* A thread that was joined is listed a moment longer. */
static inline void assert_one_thread(void)
{
	int64_t deadline = clock_read(CLOCK_MONOTONIC) + PATIENCE * 1000000LL;

	while (count_entries("/proc/self/task") != 0)
		assert_true(clock_read(CLOCK_MONOTONIC) < deadline);
}

static int descriptors;

static inline bool open_both(enum family family)
{
	int status = endpoint_open(&server, family, PLACE_LOOPBACK);

	if (status == -EPROTONOSUPPORT || status == -EAFNOSUPPORT || status == -ENOPROTOOPT) {
		print_message("no %s here\n", family_name(family));
		return false;
	}
	assert_int_equal(status, 0);
	assert_int_equal(endpoint_open(&client, family, PLACE_LOOPBACK), 0);
	client.remote = server.local;
	return true;
}

static inline bool connect_both(enum family family)
{
	if (!open_both(family))
		return false;
	gives("client connect", "0");
	server.remote = client.local;
	gives("server accept", "0");
	return true;
}

static inline void reset_both(void)
{
	endpoint_reset(&client);
	endpoint_reset(&server);
}

static inline int begin(void **state)
{
	(void)state;
	patience = PATIENCE;
	client = endpoint_new(CLIENT);
	server = endpoint_new(SERVER);
	descriptors = count_entries("/proc/self/fd");
	return 0;
}

/* Nothing stays behind, whatever the test did. */
static inline int end(void **state)
{
	(void)state;
	endpoint_close_all(&client);
	endpoint_close_all(&server);
	assert_int_equal(count_entries("/proc/self/fd"), descriptors);
	assert_one_thread();
	return 0;
}

/* Is there no io_uring, and the step one that needs it? */
static inline bool is_lacking(const char *text)
{
	static int lacking = -1;

	if (lacking < 0) {
		struct endpoint e = endpoint_new(CLIENT);
		struct step step = step_of("client uring_write 0");
		struct outcome outcome;

		endpoint_run(&e, &step, INT64_MAX, &outcome);
		lacking = outcome.result.kind == RESULT_LACKING;
		if (lacking)
			print_message("no io_uring: %s\n", strerror((int)outcome.result.value));
	}
	return lacking && strstr(text, "uring");
}

static inline bool is_tcp(void)
{
	return family_is_tcp(client.family);
}

/* Prepares the process for the tests, all of which have begin and end: true when they can run. */
static inline bool enter_sandbox(int argc, char **argv)
{
	struct sandbox sandbox = {0};
	char why[256];

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	sandbox_enter(&sandbox, why, sizeof why);
	if (!sandbox.entered)
		fprintf(stderr, "on the host's loopback: %s\n", why);
	signal(SIGPIPE, SIG_IGN);
	return !deadline_setup();
}

static inline bool is_seqpacket(void)
{
	return client.family == FAMILY_UNIX_SEQPACKET;
}

#endif
