/*
 * Reports against a stored record: what changed since, in a line, and the exit status.
 */
#include "reports.h"

/* Every kernel against the first one: in a line, and the differences once. */
static void against_a_stored_one(void **state)
{
	struct run_record *records[] = {
		record_of((const char *const[][2]){{"a tcp4 expected", same_a},
				  {"a tcp6 expected", same_b}, {NULL, NULL}},
			false, NULL),
		record_of((const char *const[][2]){{"a tcp4 deviates", deviating},
				  {"a tcp6 deviates", deviating}, {"b tcp4 expected", same_a},
				  {NULL, NULL}},
			false, NULL),
		all_good()};
	struct report *report = report_of(3, records);

	(void)state;
	char *text = printed_by(
		report_print_against, report, (struct report_style){.markup = &report_text});

	assert_string_equal(text,
		"6.1: 2 of 2 runs changed since 5.10: a tcp4 =A to !B, a tcp6 =A to !B; 1 is new\n"
		"7.3: all 2 runs are as they were in 5.10; 1 is new\n"
		"\na tcp4: A (5.10), then B (6.1)\n"
		"-client connect = 0\n+client connect = -1 ECONNREFUSED\n");
	free(text);
	assert_int_equal(report_status_against(report), STATUS_DEVIATES);
	report_free(report);
}

/* As it was, and cut off. */
static void against_a_stored_one_alone(void **state)
{
	struct run_record *same[] = {all_good(), all_good()},
			  *cut[] = {all_good(),
				  record_of((const char *const[][2]){{"a tcp4 expected", same_a},
						    {NULL, NULL}},
					  true, NULL)};
	struct report *report = report_of(2, same);

	(void)state;
	assert_int_equal(report_status_against(report), STATUS_EXPECTED);
	report_free(report);
	report = report_of(2, cut);
	assert_int_equal(report_status_against(report), STATUS_DEVIATES);
	report_free(report);
}

/* Of a stored record that is not whole less can be compared, which is told. */
static void against_one_that_is_cut_off(void **state)
{
	struct run_record *records[] = {
		record_of((const char *const[][2]){{"a tcp4 expected", same_a}, {NULL, NULL}}, true,
			NULL),
		all_good()};
	struct report *report = report_of(2, records);

	(void)state;
	char *text = printed_by(
		report_print_against, report, (struct report_style){.markup = &report_text});

	assert_string_equal(text,
		"5.10: the record ends after 1 of 2 runs: only that can be compared\n"
		"6.1: 1 run is as it was in 5.10; 2 are new\n");
	free(text);
	assert_int_equal(report_status_against(report), STATUS_ENVIRONMENT);
	report_free(report);
}

/* An experiment of the catalogue that was changed since: other steps, or packets that it did not
 * name, are no change of the kernel's. Another verdict is one, and so is another result. */
static void against_another_catalogue(void **state)
{
	static const char packets[] = "use tcp4\nclient connect = 0\nwire > S\n",
			  more[] = "use tcp4\nclient connect = 0\nclient close = 0\n";
	struct run_record *records[] = {
		record_of((const char *const[][2]){{"a tcp4 expected", same_a},
				  {"b tcp4 expected", same_a}, {"c tcp4 expected", more},
				  {"d tcp4 expected", same_a}, {"e tcp4 expected", more},
				  {NULL, NULL}},
			false, NULL),
		record_of((const char *const[][2]){{"a tcp4 expected", packets},
				  {"b tcp4 expected", more}, {"c tcp4 expected", same_a},
				  {"d tcp4 expected", other}, {"e tcp4 deviates", deviating},
				  {NULL, NULL}},
			false, NULL)};
	struct report *report = report_of(2, records);

	(void)state;
	char *text = printed_by(
		report_print_against, report, (struct report_style){.markup = &report_text});

	assert_string_equal(text,
		"6.1: 2 of 2 runs changed since 5.10: d tcp4 =A to =B, e tcp4 =A to !B; "
		"3 are another experiment by now\n"
		"\nd tcp4: A (5.10), then B (6.1)\n"
		"-client connect = 0\n+client connect = -1 ECONNREFUSED\n"
		"\ne tcp4: A (5.10), then B (6.1)\n"
		"-client connect = 0\n-client close = 0\n+client connect = -1 ECONNREFUSED\n");
	free(text);
	assert_int_equal(report_status_against(report), STATUS_DEVIATES);
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_a_stored_one),
		cmocka_unit_test(against_a_stored_one_alone),
		cmocka_unit_test(against_one_that_is_cut_off),
		cmocka_unit_test(against_another_catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
