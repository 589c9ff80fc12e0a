/*
 * closewait explore: kernel and model agree; the same seed gives the same experiments; where the
 * kernel answers otherwise, which seccomp brings about here, the disagreement is found, shrunk to
 * the step that it is in, and printed as a file that disagrees again; bad options.
 */
#include "deny.h"

#include <errno.h>

static bool no_peername(void)
{
	return deny(SYS_getpeername, ANY, EPROTO);
}

static void test_agreement(void **state)
{
	(void)state;
	check(&(struct call){{"explore", "--seed=3", "--count=300"}, NULL, 0,
		"# seed 3, experiments 0 to 299: 300 run, ", NULL});
	check(&(struct call){
		{"explore", "--first=40", "--count=9", "--steps=3", "--family=tcp4-mapped"}, NULL,
		0, "# seed 1, experiments 40 to 48: 9 run, ", NULL});
	prepare = become_nobody;
	check(&(struct call){{"explore", "--count=20"}, NULL, 0, "0 disagreements", NULL});
	prepare = NULL;
}

/* The number of steps that the experiments have, from the last line of the output. */
static long steps_of(const char *seed)
{
	struct call call = {{"explore", seed, "--count=50"}, NULL, 0, "# seed", NULL};
	char *output = output_of(&call);
	const char *run = strstr(output, " run, ");
	long steps = run ? strtol(run + strlen(" run, "), NULL, 10) : -1;

	free(output);
	return steps;
}

static void test_seed(void **state)
{
	(void)state;
	assert_int_equal(steps_of("--seed=5"), steps_of("--seed=5"));
	assert_int_not_equal(steps_of("--seed=5"), steps_of("--seed=6"));
}

/* After the first hundred with which there are 10 of them. */
static void assert_gave_up(const char *output)
{
	const char *run = strstr(output, " run, "), *skipped = strstr(output, " skipped, ");
	long told = 0;

	assert_non_null(run);
	assert_non_null(skipped);
	for (const char *at = output; (at = strstr(at, "# experiment ")); at++)
		told++;
	assert_in_range(told, 10, 19);
	assert_int_equal(strtol(skipped + strlen(" skipped, "), NULL, 10), told);
	assert_null(strstr(output, ": 2000 run, "));
}

/* What follows the title is a file: the model's setting of TCP_NODELAY, and the step. */
static void test_disagreement(void **state)
{
	struct call call = {{"explore", "--family=tcp4", "--count=2000"}, NULL, 1,
		"\n# as a file, with the model's answers:\n", NULL};
	static const char shortest[] = "use tcp4\n\nclient setsockopt TCP_NODELAY 1 = 0\nclient "
				       "getpeername       = -1 ENOTCONN\n";

	(void)state;
	prepare = no_peername;
	char *output = output_of(&call);

	assert_non_null(strstr(output, "-client getpeername       = -1 ENOTCONN  # expected\n"
				       "+client getpeername       = -1 EPROTO    # observed\n"));
	assert_gave_up(output);
	const char *file = strstr(output, shortest);

	assert_non_null(file);
	check(&(struct call){{"run", "--family=tcp4", "-"}, shortest, 1,
		"+client getpeername       = -1 EPROTO    # observed\n", NULL});
	prepare = NULL;
	check(&(struct call){
		{"run", "--family=tcp4", "-"}, shortest, 0, "# 2 steps, 0 deviations", NULL});
	free(output);
}

/* But for the seconds at its end. */
static void assert_same_but_for_time(char *a, char *b)
{
	*strrchr(a, ',') = *strrchr(b, ',') = '\0';
	assert_string_equal(a, b);
	free(a);
	free(b);
}

/* In several processes, too, the output is in order, and ends after the same experiment. */
static void test_jobs(void **state)
{
	struct call agree = {{"explore", "--jobs=1", "--count=950"}, NULL, 0, "# seed", NULL},
		    disagree = {{"explore", "--jobs=1", "--family=tcp4", "--count=2000"}, NULL, 1,
			    "# seed", NULL};
	char *one = output_of(&agree);

	(void)state;
	agree.arguments[1] = "--jobs=3";
	assert_same_but_for_time(one, output_of(&agree));
	prepare = no_peername;
	one = output_of(&disagree);
	disagree.arguments[1] = "--jobs=3";
	assert_same_but_for_time(one, output_of(&disagree));
	prepare = NULL;
}

static void test_unix(void **state)
{
	(void)state;
	check(&(struct call){{"explore", "--family=unix", "--count=30"}, NULL, 0,
		" 0 skipped, 0 disagreements, ", NULL});
}

static void test_misuse(void **state)
{
	(void)state;
	check(&(struct call){{"explore", "--count=0"}, NULL, 2, NULL,
		"closewait: --count=0: expected a whole number from 1 to 1000000000\n"});
	check(&(struct call){{"explore", "--steps=65"}, NULL, 2, NULL,
		"closewait: --steps=65: expected a whole number from 1 to 64\n"});
	check(&(struct call){{"explore", "--family=unix-seqpacket"}, NULL, 2, NULL,
		"closewait: explore: --family=unix-seqpacket: the model does not cover it\n"});
	check(&(struct call){{"explore", "write-after-close"}, NULL, 2, NULL,
		"closewait: explore: unexpected 'write-after-close'\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreement),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_disagreement),
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_unix),
		cmocka_unit_test(test_misuse),
	};

	return cmocka_run_group_tests_name("explore", tests, NULL, NULL);
}
