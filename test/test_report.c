/*
 * Reports of records made by hand: letters, verdicts, the exit status; and what is printed of them.
 */
#include "pages.h"
#include "reports.h"

/* They differ, one deviates, one is cut off. */
static struct report *three_kernels(void)
{
	struct run_record *records[] = {all_good(),
		record_of((const char *const[][2]){{"a tcp4 deviates", deviating},
				  {"a tcp6 expected", same_a}, {"b tcp4 expected", same_a},
				  {NULL, NULL}},
			false, NULL),
		record_of((const char *const[][2]){{"a tcp4 expected", other},
				  {"a tcp6 skipped", skipped}, {NULL, NULL}},
			true, NULL)};

	return report_of(3, records);
}

static void letters(void **state)
{
	struct report *report = three_kernels();
	static const char expected[3][3] = {{'A', 'B', 'B'}, {'A', 'A', 0}, {'A', 'B', 0}};

	(void)state;
	assert_int_equal(report->row_count, 3);
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 3; k++)
			assert_int_equal(report->row[i].cell[k].letter, expected[i][k]);
	assert_int_equal(report->row[2].cell[2].verdict, VERDICT_ERROR);
	assert_int_equal(report_status(report), STATUS_DEVIATES);
	report_free(report);
}

static void statuses(void **state)
{
	struct run_record *good = all_good(), *cut, *alarmed, *all_skipped;
	struct report *report = report_of(1, &good);

	(void)state;
	assert_int_equal(report_status(report), STATUS_EXPECTED);
	report_free(report);
	cut = record_of(
		(const char *const[][2]){{"a tcp4 expected", same_a}, {NULL, NULL}}, true, NULL);
	report = report_of(1, &cut);
	assert_int_equal(report_status(report), STATUS_ENVIRONMENT);
	report_free(report);
	/* Every run arrived, but not the end. */
	cut = record_of(
		(const char *const[][2]){{"a tcp4 expected", same_a}, {"a tcp6 expected", same_a},
			{"b tcp4 expected", same_a}, {NULL, NULL}},
		true, NULL);
	report = report_of(1, &cut);
	assert_int_equal(report_status(report), STATUS_ENVIRONMENT);
	report_free(report);
	alarmed = record_of(
		(const char *const[][2]){{"a tcp4 expected", same_a}, {"a tcp6 expected", same_a},
			{"b tcp4 expected", same_a}, {NULL, NULL}},
		false, "WARNING: x\n");
	report = report_of(1, &alarmed);
	assert_int_equal(report_status(report), STATUS_DEVIATES);
	report_free(report);
	all_skipped = record_of(
		(const char *const[][2]){{"a tcp4 skipped", skipped}, {"a tcp6 skipped", skipped},
			{"b tcp4 skipped", skipped}, {NULL, NULL}},
		false, NULL);
	report = report_of(1, &all_skipped);
	assert_int_equal(report_status(report), STATUS_SKIPPED);
	report_free(report);
}

/* A whole record of less than was asked for is no excuse. */
static void missing_runs(void **state)
{
	struct run_record *few = record_of(
		(const char *const[][2]){{"a tcp4 expected", same_a}, {NULL, NULL}}, false, NULL);
	struct report *report = report_of(1, &few);

	(void)state;
	assert_int_equal(report->row[1].cell[0].verdict, VERDICT_ERROR);
	assert_int_equal(report_status(report), STATUS_ENVIRONMENT);
	report_free(report);
}

static void plans(void **state)
{
	static const struct {
		const char *plan;
		int status, rows;
	} cases[] = {
		{"", 0, 0},
		{"a tcp4\na tcp4\nb tcp4", 0, 2},
		{"a tcp4\nb tcp4\n", 0, 2},
		{"a\n", -EINVAL, 0},
		{"a tcp4\n\n", -EINVAL, 0},
		{"a tcp4 tcp6\n", -EINVAL, 0},
		{" tcp4\n", -EINVAL, 0},
		{"a \n", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct report *report = report_new(1);

		report->kernel[0] = (struct report_kernel){
			.label = "x", .plan = strdup(cases[i].plan), .record = record_read("", 0)};
		assert_int_equal(report_judge(report), cases[i].status);
		if (!cases[i].status)
			assert_int_equal(report->row_count, cases[i].rows);
		report_free(report);
	}
}

static void printed(void **state)
{
	struct run_record *records[] = {
		all_good(), record_of((const char *const[][2]){{"a tcp4 deviates", deviating},
					      {"a tcp6 skipped", skipped}, {NULL, NULL}},
				    true, "BUG: y\n")};
	struct report *report = report_of(2, records);

	(void)state;
	char *text =
		printed_by(report_print, report, (struct report_style){.markup = &report_text});

	assert_string_equal(text,
		"        5.10  6.1\n"
		"a tcp4  =A    !B\n"
		"a tcp6  =A    -\n"
		"b tcp4  =A    ?\n"
		"\n= as expected, ! deviates, - skipped, ? failed to run; the same letter in an "
		"experiment: the same trace\n\n"
		"5.10: 3 of 3 as expected; 2.5 s; 0.5 s for the experiments, by its own clock\n"
		"6.1: 0 of 3 as expected, 1 deviate, 1 skipped, 1 failed; 2.5 s\n"
		"on here: 5.10 6.1\n"
		"6.1 a tcp6: Protocol not available\n"
		"\na tcp4: A (5.10), then B (6.1)\n"
		"-client connect = 0\n"
		"+client connect = -1 ECONNREFUSED\n"
		"\na: B deviates (6.1 tcp4)\n"
		"-client connect = 0\n"
		"+client connect = -1 ECONNREFUSED\n"
		"!client connect = 0  # model\n"
		"\n6.1: its log says during the runs:\n"
		"BUG: y\n"
		"\n6.1: the record ends after 2 of 3 runs; ended: by itself. From its console:\n"
		"booting\nKernel panic - x\nthe end?\n");
	free(text);
	report_free(report);
}

/* Neither a skipped nor a failed run has a letter: they are not the same for that. */
static void families_apart(void **state)
{
	struct run_record *record = record_of(
		(const char *const[][2]){{"a tcp4 skipped", skipped}, {NULL, NULL}}, true, NULL);
	struct report *report = report_of(1, &record);

	(void)state;
	char *text =
		printed_by(report_print, report, (struct report_style){.markup = &report_text});

	assert_non_null(strstr(text, "a tcp4  -\na tcp6  ?\nb tcp4  ?\n"));
	free(text);
	report_free(report);
}

/* A change from one kernel to the next is told once an experiment; what another family does from
 * the beginning is none. */
static void changes(void **state)
{
	struct run_record *records[] = {
		record_of((const char *const[][2]){{"a tcp4 expected", same_a},
				  {"a tcp6 expected", same_a}, {"b tcp4 expected", same_a},
				  {"b tcp6 expected", other}, {NULL, NULL}},
			false, NULL),
		record_of((const char *const[][2]){{"a tcp4 expected", other},
				  {"a tcp6 skipped", skipped}, {"b tcp4 expected", same_a},
				  {"b tcp6 expected", other}, {NULL, NULL}},
			false, NULL),
		record_of((const char *const[][2]){{"a tcp4 expected", same_a},
				  {"a tcp6 expected", other}, {"b tcp4 expected", same_a},
				  {"b tcp6 expected", other}, {NULL, NULL}},
			false, NULL)};
	struct report *report = report_of(3, records);

	(void)state;
	char *text = printed_by(
		report_print_details, report, (struct report_style){.markup = &report_text});

	assert_string_equal(text, "\na tcp4: A (5.10), then B (6.1)\n"
				  "-client connect = 0\n"
				  "+client connect = -1 ECONNREFUSED\n"
				  "\na tcp4: B (6.1), then A (7.3)\n"
				  "-client connect = -1 ECONNREFUSED\n"
				  "+client connect = 0\n");
	free(text);
	report_free(report);
}

/* A run that shows differences; the first two are one, which the second shows with fewer steps. */
static struct run_record *differing(void)
{
	static const char *const texts[] = {
		"call client poll\nlinux POLLIN|POLLHUP\nstack POLLIN\n\nuse tcp4\n\n"
		"client connect           = 0\nclient getpeername = 0\nclient poll = "
		"POLLIN|POLLHUP\n",
		("call server poll\nlinux POLLIN|POLLHUP\nstack POLLIN\n\n# Title.\nuse tcp4\n\n"
		 "client connect           = 0\nserver poll  = POLLIN|POLLHUP  # why\n"),
		"call server ioctl SIOCINQ\nlinux 1\nstack -1 EINVAL\n\n",
		"call client connect\nlinux 0\nstack timeout in ESTABLISHED\n\n"};
	static const char *const shown[] = {"4", "5", "5", "0"};
	struct print print;

	print_open(&print);
	record_write(print.out, "plan 1 0 3", "", 0);
	record_write(print.out, "about", "stack lwIP 2.2\n", strlen("stack lwIP 2.2\n"));
	record_write(print.out, "run a tcp4 deviates 5", deviating, strlen(deviating));
	for (size_t i = 0; i < COUNT(texts); i++) {
		char head[64];

		snprintf(head, sizeof head, "difference a tcp4 %s 5", shown[i]);
		record_write(print.out, head, texts[i], strlen(texts[i]));
	}
	record_write(print.out, "end 1 0", "", 0);
	char *text = print_take(&print);
	struct run_record *record = record_read(text, print.size);

	assert_true(record->complete);
	free(text);
	return record;
}

static void differences_to_linux(void **state)
{
	static const char in_text[] =
		"\nlwIP 2.2 (of 2024-07-29, 2 days before these runs) against Linux: 2 "
		"differences; 1 more was seen once and not again\n\n"
		"                      Linux           lwIP       shown   by\n"
		"server ioctl SIOCINQ  1               -1 EINVAL  5 of 5  a on tcp4, the whole of "
		"it\n"
		"server poll           POLLIN|POLLHUP  POLLIN     5 of 5  client connect; server "
		"poll\n";
	static const char in_markdown[] = "|---|---|---|---|---|\n"
					  "| server ioctl SIOCINQ | 1              | -1 EINVAL | 5 "
					  "of 5 | a on tcp4, the whole "
					  "of it |\n"
					  "| server poll          | POLLIN\\|POLLHUP | POLLIN    | "
					  "5 of 5 | client connect; server "
					  "poll |\n";
	struct report_kernel kernel = {.label = "mine",
		.about = (char[]){"dated 2024-07-29\n"},
		.host = (char[]){"date 2024-07-31\n"},
		.record = differing()};
	struct print print;

	(void)state;
	print_open(&print);
	report_print_stack(&kernel, &report_text, print.out);
	char *text = print_take(&print);

	assert_string_equal(text, in_text);
	free(text);
	print_open(&print);
	report_print_stack(&kernel, &report_markdown, print.out);
	text = print_take(&print);
	assert_non_null(strstr(text, in_markdown));
	free(text);
	record_free(kernel.record);
	kernel.record = all_good();
	print_open(&print);
	report_print_stack(&kernel, &report_text, print.out);
	text = print_take(&print);
	assert_string_equal(text, "");
	free(text);
	record_free(kernel.record);
}

static void changes_in_markdown(void **state)
{
	struct run_record *records[] = {
		record_of((const char *const[][2]){{"a tcp4 expected", same_a}, {NULL, NULL}}, true,
			NULL),
		record_of((const char *const[][2]){{"a tcp4 expected", other}, {NULL, NULL}}, true,
			NULL)};
	struct report *report = report_of(2, records);

	(void)state;
	char *text = printed_by(
		report_print_details, report, (struct report_style){.markup = &report_markdown});
	static const char expected[] = "\n**a tcp4: A (5.10), then B (6.1)**\n\n```diff\n"
				       "-client connect = 0\n"
				       "+client connect = -1 ECONNREFUSED\n```\n";

	assert_int_equal(strncmp(text, expected, strlen(expected)), 0);
	free(text);
	report_free(report);
}

/* What is the same everywhere is counted. */
static void printed_briefly(void **state)
{
	struct run_record *records[] = {
		all_good(), record_of((const char *const[][2]){{"a tcp4 deviates", deviating},
					      {"a tcp6 skipped", skipped}, {NULL, NULL}},
				    true, NULL)};
	struct report *report = report_of(2, records);

	(void)state;
	char *text = printed_by(
		report_print, report, (struct report_style){.markup = &report_text, .brief = true});

	/* a tcp6 was skipped on one of them, b tcp4 failed there. */
	assert_non_null(
		strstr(text, "a tcp4  =A    !B\nb tcp4  =A    ?\n\n1 other run is as expected, "));
	assert_null(strstr(text, ", then B"));
	assert_non_null(strstr(text, "\na: B deviates (6.1 tcp4)\n"));
	free(text);
	report_free(report);
}

static void printed_markdown(void **state)
{
	struct run_record *record = all_good();
	struct report *report = report_of(1, &record);

	(void)state;
	char *text =
		printed_by(report_print, report, (struct report_style){.markup = &report_markdown});

	assert_int_equal(strncmp(text,
				 "|             | 5.10 |\n"
				 "|---|---|\n"
				 "| a tcp4 tcp6 | =A   |\n"
				 "| b tcp4      | =A   |\n",
				 23 + 10 + 23 + 23),
		0);
	free(text);
	report_free(report);
}

/* Every link leads somewhere; the traces stand side by side where they differ, the lines marked. */
static void a_page(void **state)
{
	struct report *report = three_kernels();
	struct print print;
	char target[256];

	(void)state;
	report->kernel[0].label = "<5.10>";
	print_open(&print);
	assert_true(report_print_html(report, print.out));
	char *page = print_take(&print);

	assert_self_contained(page);
	for (const char *at = page; (at = strstr(at, "href=\"#"));) {
		at += strlen("href=\"#");
		snprintf(target, sizeof target, " id=\"%.*s\"", (int)strcspn(at, "\""), at);
		if (!strstr(page, target))
			fail_msg("nothing has%s", target);
	}
	assert_non_null(strstr(page, "<td class=\"cell deviates lB\"><a href=\"#a.A-B\" "));
	assert_non_null(strstr(page, "<td class=\"cell skipped\"><a href=\"#kernel-7.3\" "));
	assert_non_null(strstr(page, "data-show=\"differences deviations \""));
	assert_non_null(
		strstr(page, "<td class=\"code minus\">client connect = 0</td>"
			     "<td class=\"code plus\">client connect = -1 ECONNREFUSED</td>"));
	assert_non_null(strstr(page, "a tcp6: Protocol not available"));
	assert_non_null(strstr(page, "Kernel panic - x"));
	free(page);
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters),
		cmocka_unit_test(a_page),
		cmocka_unit_test(statuses),
		cmocka_unit_test(missing_runs),
		cmocka_unit_test(plans),
		cmocka_unit_test(printed),
		cmocka_unit_test(families_apart),
		cmocka_unit_test(changes),
		cmocka_unit_test(differences_to_linux),
		cmocka_unit_test(changes_in_markdown),
		cmocka_unit_test(printed_briefly),
		cmocka_unit_test(printed_markdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
