/*
 * The table of families: names, and which of them are TCP.
 */
#include "check.h"
#include "language/family.h"

/* Every family has a name that is read back; exactly these are plain TCP, whatever else has a
 * socket of SOCK_STREAM and no protocol. */
static void test_families(void **state)
{
	static const char *const tcp[] = {"tcp4", "tcp6", "tcp4-mapped"};
	char names[256] = "";
	size_t used = 0;

	(void)state;
	for (int f = 0; f < FAMILY_COUNT; f++) {
		const char *name = family_name((enum family)f);
		enum family found;
		bool expected = false;

		assert_true(family_value(name, &found));
		assert_int_equal(found, f);
		for (size_t i = 0; i < COUNT(tcp); i++)
			expected |= !strcmp(name, tcp[i]);
		assert_int_equal(family_is_tcp((enum family)f), expected);
		used += (size_t)snprintf(
			names + used, sizeof names - used, "%s%s", used ? " " : "", name);
	}
	assert_string_equal(family_names(), names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_families),
	};

	return cmocka_run_group_tests_name("family", tests, NULL, NULL);
}
