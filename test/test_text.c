/*
 * text: lines that fit a terminal.
 */
#include "check.h"
#include "util/text.h"

static void assert_fits(const char *text, int width, const char *expected)
{
	struct print print;

	print_open(&print);
	text_fit(print.out, text, width);
	char *fitted = print_take(&print);

	assert_string_equal(fitted, expected);
	free(fitted);
}

static void what_fits_stays_as_it_is(void **state)
{
	(void)state;
	assert_fits("", 10, "");
	assert_fits("\n\n", 10, "\n\n");
	assert_fits("1234567890\n", 10, "1234567890\n");
	assert_fits("  no newline", 20, "  no newline\n");
}

static void a_long_line_is_broken_at_blanks(void **state)
{
	(void)state;
	assert_fits("1234567890 2\n", 10, "1234567890\n  2\n");
	assert_fits("one two three four\n", 10, "one two\n  three\n  four\n");
	/* behind the last wide gap */
	assert_fits("  name  of the thing\n", 14, "  name  of the\n        thing\n");
	/* a word that is longer than a line */
	assert_fits("a 123456789012 b\n", 10, "a\n  123456789012\n  b\n");
	assert_fits("  123456789012\n", 10, "  123456789012\n");
}

static void a_comment_stays_one(void **state)
{
	(void)state;
	assert_fits("step = 0  # one two three\n", 18, "step = 0  # one\n#  two three\n");
	assert_fits("s  # one two three\n", 12, "s  # one two\n   #  three\n");
	assert_fits("# one two three\n# four\n#\n# five\n", 10,
		"# one two\n# three\n# four\n#\n# five\n");
	/* what is laid out in a comment is left as it is */
	assert_fits("# short\n#   1 2\n", 10, "# short\n#   1 2\n");
}

static void colours_have_no_width(void **state)
{
	(void)state;
	assert_fits("\033[31m1234567890\033[0m\n", 10, "\033[31m1234567890\033[0m\n");
	assert_fits("\033[31m12345 7890\033[0m\n", 9, "\033[31m12345\n  7890\033[0m\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_stays_as_it_is),
		cmocka_unit_test(a_long_line_is_broken_at_blanks),
		cmocka_unit_test(a_comment_stays_one),
		cmocka_unit_test(colours_have_no_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
