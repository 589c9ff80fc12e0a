/*
 * Guards: kernel versions read from the text of a guard and from /proc/version, where Debian hides
 * the stable level; whether a guard holds on a kernel of a stable series, whether two can hold at
 * once, and their text.
 */
#include "check.h"

#define GCC12 "(gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) "

struct version_case {
	const char *text;
	struct version version;
};

static void assert_version(const char *text, struct version got, struct version expected)
{
	if (got.major != expected.major || got.minor != expected.minor ||
		got.patch != expected.patch)
		fail_msg("%s: read as %d.%d.%d", text, got.major, got.minor, got.patch);
}

static void test_version_parse(void **state)
{
	static const struct version_case good[] = {
		{"6.11", {6, 11, 0}},
		{"6.1.103", {6, 1, 103}},
		{"6.11.0", {6, 11, 0}},
		{"0.0", {0, 0, 0}},
		{"9999.9999.9999", {9999, 9999, 9999}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct version version = {-1, -1, -1};

		assert_true(version_parse(good[i].text, &version));
		assert_version(good[i].text, version, good[i].version);
	}
}

static void test_version_parse_bad(void **state)
{
	static const char *const bad[] = {"", "6", "6.", ".11", "6.11.", "6.11.x", "6.11-rc1",
		"6.11.1.2", "v6.11", " 6.11", "6.11 ", "+6.11", "-6.11", "6.-11", "10000.0",
		"6.99999999999999999999"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct version version;

		if (version_parse(bad[i], &version))
			fail_msg("'%s' is no version", bad[i]);
	}
}

static void test_version_of_kernel(void **state)
{
	static const struct version_case cases[] = {
		{"Linux version 6.1.0-50-amd64 (debian-kernel@lists.debian.org) " GCC12
		 "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-03-01)\n",
			{6, 1, 176}},
		{"Linux version 5.10.0-32-amd64 (debian-kernel@lists.debian.org) (gcc-10 (Debian "
		 "10.2.1-6) 10.2.1) #1 SMP Debian 5.10.223-1 (2024-08-10)\n",
			{5, 10, 223}},
		{"Linux version 6.13-cloud-amd64 (x@y) " GCC12
		 "#1 SMP Debian 6.13~rc6-1~exp1 (2025)",
			{6, 13, 0}},
		{"Linux version 7.3.4+deb14-amd64 (x@y) " GCC12 "#1 SMP Debian 7.3.4-1 (2027)",
			{7, 3, 4}},
		/* Built on Debian, but not Debian's. */
		{"Linux version 6.12.8 (me@host) " GCC12 "#1 SMP Thu Jan  2\n", {6, 12, 8}},
		{"Linux version 6.18.44-fc-v669 (b@c) (gcc (GCC) 15.3.0) #1 SMP @0\n", {6, 18, 44}},
		{"Linux version 5.15.0-91-generic (buildd@lcy02) (gcc 11) #101-Ubuntu SMP\n",
			{5, 15, 0}},
		{"Linux version 6.12-rc1 (a@b) #1\n", {6, 12, 0}},
		{"Linux version 6.12", {6, 12, 0}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct version version = {-1, -1, -1};

		assert_true(version_of_kernel(cases[i].text, &version));
		assert_version(cases[i].text, version, cases[i].version);
	}
}

static void test_version_of_no_kernel(void **state)
{
	static const char *const bad[] = {"", "Linux version ", "Linux version x", "Linux 6.12",
		"FreeBSD 14.0", "Darwin Kernel Version 23.0", "Linux version 6 (a Debian x)"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct version version;

		if (version_of_kernel(bad[i], &version))
			fail_msg("'%s' names no version of Linux", bad[i]);
	}
}

/* A guard as the grammar reads it; an empty text is no guard. */
static struct guard guard_of(const char *text)
{
	char line[LINE_LIMIT];

	snprintf(line, sizeof line, "use %s\nclient connect = 0%s%s\n", family_names(),
		*text ? " @ " : "", text);
	struct experiment *e = parse_good(line);
	struct guard guard = e->script[0].expectation[0].guard;

	experiment_free(e);
	return guard;
}

static void test_holds(void **state)
{
	static const struct {
		const char *guard;
		struct version kernel;
		bool tcp4, tcp6;
	} cases[] = {
		{"", {6, 1, 0}, true, true},
		{"tcp4", {6, 1, 0}, true, false},
		{"tcp6", {6, 1, 0}, false, true},
		{"tcp4 tcp6", {6, 1, 0}, true, true},
		{"since 6.11", {6, 10, 9}, false, false},
		{"since 6.11", {6, 11, 0}, true, true},
		{"since 6.11", {6, 11, 1}, true, true},
		{"since 6.11", {7, 0, 0}, true, true},
		{"since 6.11", {5, 12, 0}, false, false},
		/* 6.1 received the change with 6.1.103; the series around it never did. */
		{"since 6.11 6.1.103", {6, 1, 102}, false, false},
		{"since 6.11 6.1.103", {6, 1, 103}, true, true},
		{"since 6.11 6.1.103", {6, 1, 176}, true, true},
		{"since 6.11 6.1.103", {6, 2, 0}, false, false},
		{"since 6.11 6.1.103", {6, 6, 200}, false, false},
		{"since 6.11 6.1.103", {5, 10, 250}, false, false},
		{"since 6.11 6.1.103", {6, 11, 0}, true, true},
		{"since 6.11 6.1.103 5.10.230", {5, 10, 230}, true, true},
		{"since 6.11 6.1.103 5.10.230", {5, 10, 229}, false, false},
		{"since 6.11 6.1.103 5.10.230", {5, 15, 200}, false, false},
		/* A series after the mainline release may have received it later, too. */
		{"since 6.18 6.17.8", {6, 17, 7}, false, false},
		{"since 6.18 6.17.8", {6, 17, 8}, true, true},
		{"before 6.11", {6, 10, 9}, true, true},
		{"before 6.11", {6, 11, 0}, false, false},
		{"before 6.11 6.1.103", {6, 1, 102}, true, true},
		{"before 6.11 6.1.103", {6, 1, 103}, false, false},
		{"before 6.11 6.1.103", {6, 6, 200}, true, true},
		{"since 6.13 before 7.0 6.18.44", {6, 12, 107}, false, false},
		{"since 6.13 before 7.0 6.18.44", {6, 13, 0}, true, true},
		{"since 6.13 before 7.0 6.18.44", {6, 18, 43}, true, true},
		{"since 6.13 before 7.0 6.18.44", {6, 18, 44}, false, false},
		{"since 6.13 before 7.0 6.18.44", {6, 19, 14}, true, true},
		{"since 6.13 before 7.0 6.18.44", {7, 0, 0}, false, false},
		{"tcp4 before 7.0 since 6.13", {6, 14, 0}, true, false},
		{"tcp6 since 6.11", {6, 11, 0}, false, true},
		{"tcp6 since 6.11", {6, 10, 0}, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct guard guard = guard_of(cases[i].guard);

		if (guard_holds(&guard, FAMILY_TCP4, cases[i].kernel) != cases[i].tcp4 ||
			guard_holds(&guard, FAMILY_TCP6, cases[i].kernel) != cases[i].tcp6)
			fail_msg("'%s' on %d.%d.%d", cases[i].guard, cases[i].kernel.major,
				cases[i].kernel.minor, cases[i].kernel.patch);
	}
}

static void test_overlap(void **state)
{
	static const struct {
		const char *a, *b;
		bool overlap;
	} cases[] = {
		{"", "", true},
		{"", "tcp4", true},
		{"", "before 6.11", true},
		{"", "since 9999.9999.9999", true},
		{"tcp4", "tcp6", false},
		{"tcp4", "tcp4 tcp6", true},
		{"tcp4 since 6.11", "tcp6 since 6.11", false},
		{"since 6.13 before 7.0", "before 6.13", false},
		{"since 6.13 before 7.0", "since 7.0", false},
		{"since 6.13 before 7.0", "before 6.14", true},
		{"since 6.13 before 7.0", "since 6.19", true},
		{"since 6.13 before 7.0", "since 6.12 before 6.13", false},
		{"since 6.13 before 7.0 6.18.44", "since 7.0 6.18.44", false},
		{"since 6.13 before 7.0 6.18.45", "since 7.0 6.18.44", true},
		{"since 6.11", "before 6.11", false},
		{"since 6.11", "since 7.0", true},
		{"before 6.11", "before 5.10", true},
		{"since 6.11", "before 6.12", true},
		{"since 6.11", "before 6.11.1", true},
		{"since 6.12", "before 6.11", false},
		{"since 6.11 6.1.103", "before 6.11 6.1.103", false},
		{"tcp6 since 6.11 6.1.103", "before 6.11 6.1.103", false},
		/* In 6.1.103 the change is there, but the other guard does not know. */
		{"since 6.11 6.1.103", "before 6.11", true},
		{"since 6.11", "before 6.11 6.1.103", false},
		{"since 6.11 6.1.103", "before 6.11 6.1.104", true},
		{"since 6.11 6.1.104", "before 6.11 6.1.103", false},
		{"since 6.11 6.1.103", "before 6.11 5.10.230", true},
		{"since 6.11 6.1.103 5.10.230", "before 6.11 5.10.230 6.1.103", false},
		/* Only in a series between the two, which neither names. */
		{"since 6.5", "before 6.8 6.5 6.7", true},
		{"since 6.5", "before 6.7 6.5 6.6", false},
		/* There is no kernel before 0.0. */
		{"before 0.0 6.1.5", "before 0.0 6.2.5", false},
		{"before 0.0 6.1.5", "before 0.0 6.1.1", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct guard a = guard_of(cases[i].a), b = guard_of(cases[i].b);

		if (guards_overlap(&a, &b) != cases[i].overlap ||
			guards_overlap(&b, &a) != cases[i].overlap)
			fail_msg("'%s' and '%s': expected %s", cases[i].a, cases[i].b,
				cases[i].overlap ? "to overlap" : "to exclude each other");
	}
}

static void test_text(void **state)
{
	static const char *const cases[] = {
		"",
		"tcp4",
		"tcp4 tcp6",
		"since 6.11",
		"mptcp4 since 6.13 before 7.0 6.18.44",
		"tcp6 before 6.11 6.1.103",
		"tcp4 tcp6 since 9999.9999.9999 1.2.3 2.3.4 3.4.5 4.5.6 5.6.7 6.7.8 7.8.9",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct guard guard = guard_of(cases[i]);
		char text[256] = "untouched", small[8];

		guard_text(&guard, text, sizeof text);
		assert_string_equal(text, cases[i]);
		guard_text(&guard, small, sizeof small);
		assert_int_equal(strncmp(small, cases[i], sizeof small - 1), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_parse),
		cmocka_unit_test(test_version_parse_bad),
		cmocka_unit_test(test_version_of_kernel),
		cmocka_unit_test(test_version_of_no_kernel),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
