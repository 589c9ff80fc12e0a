/*
 * closewait explore: kernel and machine agree; the same seed gives the same experiments; where the
 * kernel answers otherwise, which seccomp brings about here, the disagreement is found, shrunk to
 * the step that it is in, and printed as a file that disagrees again; bad options.
 */
#include "deny.h"

#include <errno.h>

static bool no_peername(void)
{
	return deny(SYS_getpeername, ANY, EPERM);
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

/* What follows the title is a file: the machine's setting of TCP_NODELAY, and the step. */
static void test_disagreement(void **state)
{
	struct call call = {{"explore", "--family=tcp4", "--count=2000"}, NULL, 1,
		"\n# as a file, with the machine's answers:\n", NULL};
	static const char shortest[] = "use tcp4\n\nclient setsockopt TCP_NODELAY 1 = 0\nclient "
				       "getpeername       = -1 ENOTCONN\n";

	(void)state;
	prepare = no_peername;
	char *output = output_of(&call);

	assert_non_null(strstr(output, "-client getpeername       = -1 ENOTCONN  # expected\n"
				       "+client getpeername       = -1 EPERM     # observed\n"));
	assert_non_null(strstr(output, ", 10 disagreements, ")); /* then it gives up */
	const char *file = strstr(output, shortest);

	assert_non_null(file);
	check(&(struct call){{"run", "--family=tcp4", "-"}, shortest, 1,
		"+client getpeername       = -1 EPERM     # observed\n", NULL});
	prepare = NULL;
	check(&(struct call){
		{"run", "--family=tcp4", "-"}, shortest, 0, "# 2 steps, 0 deviations", NULL});
	free(output);
}

static void test_misuse(void **state)
{
	(void)state;
	check(&(struct call){{"explore", "--count=0"}, NULL, 2, NULL,
		"closewait: --count=0: expected a whole number from 1 to 1000000000\n"});
	check(&(struct call){{"explore", "--steps=65"}, NULL, 2, NULL,
		"closewait: --steps=65: expected a whole number from 1 to 64\n"});
	check(&(struct call){{"explore", "--family=unix"}, NULL, 2, NULL,
		"closewait: explore: --family=unix: the machine does not model it\n"});
	check(&(struct call){{"explore", "write-after-close"}, NULL, 2, NULL,
		"closewait: explore: unexpected 'write-after-close'\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreement),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_disagreement),
		cmocka_unit_test(test_misuse),
	};

	return cmocka_run_group_tests_name("explore", tests, NULL, NULL);
}
