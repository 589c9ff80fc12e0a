/*
 * test_sysinfo: what a trace says about its machine is read again, however that machine is tuned.
 */
#include "check.h"
#include "observe/sysinfo.h"
#include "util/text.h"

static int asked;

static bool read_short(const char *name, char *value, size_t size)
{
	(void)name;
	asked++;
	return snprintf(value, size, "4096\t%d", asked) > 0;
}

/* As long as sysinfo.c reads a value. */
static bool read_long(const char *name, char *value, size_t size)
{
	(void)name;
	asked++;
	memset(value, 'v', size - 1);
	value[size - 1] = '\0';
	return true;
}

static bool read_nothing(const char *name, char *value, size_t size)
{
	(void)name;
	snprintf(value, size, "what was read before it failed");
	return false;
}

static char *sysctls(sysinfo_reader *read)
{
	struct print print;

	asked = 0;
	print_open(&print);
	sysinfo_print_sysctls(print.out, read);
	return print_take(&print);
}

/* In front of a step, as a trace has it. Each sysctl that was asked for stands there once. */
static void assert_read_again(const char *text)
{
	struct print print;
	int named = 0;

	for (const char *at = text; (at = strstr(at, " net.ipv4.")); at++)
		named++;
	assert_true(asked > 20);
	assert_int_equal(named, asked - 1); /* tcp_max_tw_buckets is told when it is 0 */
	print_open(&print);
	fprintf(print.out, "%sclient connect\n", text);
	char *whole = print_take(&print);
	struct experiment *e = experiment_parse("again", whole, strlen(whole), stderr);

	assert_non_null(e);
	assert_int_equal(e->step_count, 1);
	experiment_free(e);
	free(whole);
}

static void test_none_at_its_default(void **state)
{
	char *text = sysctls(read_short);

	(void)state;
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		assert_true(strcspn(at, "\n") <= TEXT_WIDTH);
	assert_read_again(text);
	free(text);
}

static void test_long_values(void **state)
{
	char *text = sysctls(read_long);

	(void)state;
	assert_read_again(text);
	free(text);
}

static void test_none_readable(void **state)
{
	char *text = sysctls(read_nothing);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none_at_its_default),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_none_readable),
	};

	return cmocka_run_group_tests_name("sysinfo", tests, NULL, NULL);
}
