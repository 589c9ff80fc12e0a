/*
 * Several jobs: the output is that of one job, in the same order, whatever the worker processes are
 * short of.
 */
#include "deny.h"
#include "process.h"

#include <errno.h>

/* Takes out every number before " ms": times alone may differ. */
static void strip_times(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		if (!strncmp(at, " ms", 3))
			while (to > text && strchr(" .0123456789", to[-1]))
				to--;
		*to++ = *at;
	}
	*to = '\0';
}

static void assert_same(struct said *one, struct said *several)
{
	strip_times(one->output);
	strip_times(several->output);
	assert_string_equal(several->output, one->output);
	assert_string_equal(several->error, one->error);
	assert_int_equal(several->status, one->status);
	forget(one);
	forget(several);
}

/* The same call with 1, 3 and the most jobs that there may be; the first argument after "run" is
 * replaced. */
static void the_output_is_that_of_one_job(void **state)
{
	static const struct {
		struct call call;
		int status;
	} cases[] = {
		{{{"run", "", "--all", "--family=unix"}, NULL, 0, NULL, NULL}, 0},
		{{{"run", "", "connect-refused", "write-after-reset", "sigpipe-default",
			  "--wire=none"},
			 NULL, 0, NULL, NULL},
			0},
		{{{"run", "", "--repeat=20", "write-after-reset", "--wire=none"}, NULL, 0, NULL,
			 NULL},
			0},
		{{{"run", "", "connect-refused", "-", "--wire=none"}, "client write 6 = 6\n", 0,
			 NULL, NULL},
			1},
		{{{"run", "", "-", "--no-sandbox"}, "link up = 0\n", 0, NULL, NULL}, 4},
		{{{"run", "", "-", "connect-refused", "--family=tcp6", "--wire=none"},
			 "use tcp4\nclient write 6\n", 0, NULL, NULL},
			0},
	};
	static const char *const jobs[] = {"--jobs=1", "--jobs=3", "--jobs=256"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int j = 1; j < 3; j++) {
			struct call one = cases[i].call, several = one;

			one.arguments[1] = jobs[0];
			several.arguments[1] = jobs[j];
			struct said a = say(&one), b = say(&several);

			assert_int_equal(a.status, cases[i].status);
			assert_same(&a, &b);
		}
}

/* More than the socket between the processes holds at once. */
static void long_reports_are_whole(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	for (int i = 0; i < 1300; i++)
		fprintf(out, "# %0180d\n", i);
	fputs("client write 6 = -1 EPIPE\n", out);
	fclose(out);
	assert_true(size > 200000);
	struct said one = say(&(struct call){.arguments = {"run", "-"}, .input = text}),
		    two = say(&(struct call){.arguments = {"run", "-", "--jobs=2"}, .input = text});

	assert_int_equal(occurrences(two.output, "# Why client write 6 = -1 EPIPE"), 2);
	assert_same(&one, &two);
	free(text);
}

/* Of every run, not of the last one only. */
static void the_summary_adds_up(void **state)
{
	(void)state;
	check(&(struct call){{"run", "--jobs=2", "--repeat=3", "--family=tcp4", "--family=tcp6",
				     "write-after-reset"},
		NULL, 0, "\n# 2 traces, 6 runs, 78 steps, 0 deviations, ", NULL});
}

static void misuse(void **state)
{
	static const struct call calls[] = {
		{{"run", "--jobs=0", "--all"}, NULL, 2, NULL,
			"closewait: --jobs=0: expected a whole number from 1 to 256\n"},
		{{"run", "--jobs=257", "--all"}, NULL, 2, NULL,
			"closewait: --jobs=257: expected a whole number from 1 to 256\n"},
		{{"run", "--jobs=two", "--all"}, NULL, 2, NULL,
			"closewait: --jobs=two: expected a whole number from 1 to 256\n"},
		{{"run", "--jobs"}, NULL, 2, NULL,
			"closewait: --jobs: expected a value, as in --jobs=VALUE\n"},
		{{"run", "--jobs=2", "--pcap=/no/such/place", "--all"}, NULL, 2, NULL,
			"closewait: --pcap: each of several jobs captures packets of its own, and "
			"there is one file: leave out --jobs\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

static bool no_namespaces(void)
{
	return deny(SYS_unshare, ANY, EPERM);
}

/* Each of the sessions is without a sandbox. */
static void what_cannot_be_observed_is_told_once(void **state)
{
	(void)state;
	check_as(no_namespaces,
		&(struct call){{"run", "--all", "--jobs=4"}, NULL, 0, " 0 deviations, ",
			"closewait: no packets, counters, sysctl and link steps: no private "
			"network namespace: unshare: Operation not permitted\n"});
}

static bool no_timers(void)
{
	return deny(SYS_timer_create, ANY, EAGAIN);
}

static bool no_sockets_in_pairs(void)
{
	return deny(SYS_socketpair, ANY, EMFILE);
}

static bool dead_in_sandbox(void)
{
	return act_at(SYS_setns, ANY, SECCOMP_RET_KILL_PROCESS);
}

static void without_any_session(void **state)
{
	(void)state;
	check_as(no_timers,
		&(struct call){{"run", "--all", "--jobs=4"}, NULL, 3, NULL,
			"closewait: cannot create the deadline's timer: Resource temporarily "
			"unavailable\n"});
	check_as(no_sockets_in_pairs,
		&(struct call){{"run", "--all", "--jobs=4"}, NULL, 3, NULL,
			"closewait: cannot start a worker process: Too many open files\n"});
	check_as(dead_in_sandbox,
		&(struct call){{"run", "--all", "--jobs=4"}, NULL, 3, NULL,
			"closewait: cannot open a session: the worker process was ended by signal "
			"31 (Bad system call)\n"});
}

/* Fewer worker processes than were asked for do all that there is to do. */
static void with_some_of_the_workers(void **state)
{
	struct said all = say(&(struct call){.arguments = {"run", "--all", "--family=unix"}}), few;

	(void)state;
	descriptors = 16; /* for 12 of 16: each takes two to start and one for good */
	prepare = few_descriptors;
	few = say(&(struct call){.arguments = {"run", "--all", "--family=unix", "--jobs=16"}});
	prepare = NULL;
	assert_int_equal(few.status, 3);
	assert_string_equal(
		few.error, "closewait: cannot start a worker process: Too many open files\n");
	few.status = 0;
	few.error[0] = '\0';
	assert_same(&all, &few);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_output_is_that_of_one_job),
		cmocka_unit_test(long_reports_are_whole),
		cmocka_unit_test(the_summary_adds_up),
		cmocka_unit_test(misuse),
		cmocka_unit_test(what_cannot_be_observed_is_told_once),
		cmocka_unit_test(without_any_session),
		cmocka_unit_test(with_some_of_the_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
