/*
 * closewait run in each format: whole and well-formed, whatever comes of the runs, in one process
 * and in several, repeated, and ended by a signal in the middle.
 */
#include "process.h"
#include "reads.h"

/* On one family as expected, on the other not. */
static const char mixed[] = "use tcp4 unix\n"
			    "client connect = 0\n"
			    "server accept = 0\n"
			    "client write 6 = 6 @ tcp4\n"
			    "               = 7 @ unix\n";

/* Nobody writes. */
static const char waits[] = "use tcp4 tcp6 unix\nclient connect = 0\nserver accept = 0\n"
			    "client read 6 = timeout\n";

static struct said said_in(const char *format, const char *jobs, const char *input)
{
	return say(&(struct call){
		.arguments = {"run", format, jobs, "write-after-close", "-"}, .input = input});
}

static const char *const jobs[] = {"--jobs=1", "--jobs=3"};

static void json(void **state)
{
	static const struct {
		const char *experiment, *family, *verdict;
	} expected[] = {
		{"write-after-close", "tcp4", "expected"},
		{"write-after-close", "tcp6", "expected"},
		{"-", "tcp4", "expected"},
		{"-", "unix", "deviates"},
	};

	(void)state;
	for (size_t j = 0; j < 2; j++) {
		struct said said = said_in("--format=json", jobs[j], mixed);
		const char *at = said.output;

		assert_int_equal(said.status, 1);
		for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
			json_t *object = next_object(&at);

			assert_json_string(object, "experiment", expected[i].experiment);
			assert_json_string(object, "family", expected[i].family);
			assert_json_string(object, "verdict", expected[i].verdict);
			json_decref(object);
		}
		assert_string_equal(at, "");
		forget(&said);
	}
}

static void tap(void **state)
{
	(void)state;
	for (size_t j = 0; j < 2; j++) {
		struct said said = said_in("--format=tap", jobs[j], mixed);

		assert_int_equal(said.status, 1);
		assert_tap(said.output, 1);
		assert_int_equal(strncmp(said.output, "KTAP version 1\n1..4\n", 20), 0);
		assert_non_null(strstr(said.output, "\nok 2 - write-after-close tcp6\n"));
		assert_non_null(strstr(said.output, "\n# -client write 6           = 7"));
		assert_non_null(strstr(said.output, "\nnot ok 4 - - unix\n"));
		forget(&said);
	}
	struct said good = say(&(struct call){
		.arguments = {"run", "--format=tap", "write-after-close", "--repeat=3"}});

	assert_tap(good.output, 0);
	assert_string_equal(good.output, "KTAP version 1\n1..2\nok 1 - write-after-close tcp4\n"
					 "ok 2 - write-after-close tcp6\n");
	forget(&good);
}

static void junit(void **state)
{
	(void)state;
	for (size_t j = 0; j < 2; j++) {
		struct said said = said_in("--format=junit", jobs[j], mixed);

		assert_int_equal(said.status, 1);
		assert_xml(said.output);
		assert_non_null(strstr(said.output,
			"<testsuite name=\"closewait\" tests=\"4\" failures=\"1\" errors=\"0\" "
			"skipped=\"0\" time="));
		assert_int_equal(occurrences(said.output, "<testcase "), 4);
		assert_non_null(strstr(said.output, "\n-client write 6           = 7"));
		forget(&said);
	}
}

/* The whole catalogue: an object, a point, a testcase for each run that closewait list knows. */
static void the_catalogue(void **state)
{
	char *list = output_of(&(struct call){.arguments = {"list", "--runs"}});
	char *objects = output_of(
		&(struct call){.arguments = {"run", "--all", "--format=json", "--jobs=8"}});
	char *points = output_of(
		&(struct call){.arguments = {"run", "--all", "--format=tap", "--jobs=8"}});
	char *cases = output_of(
		&(struct call){.arguments = {"run", "--all", "--format=junit", "--jobs=8"}});
	int runs = occurrences(list, "\n");

	(void)state;
	assert_int_equal(occurrences(objects, "\n"), runs);
	for (const char *at = objects; *at;)
		json_decref(next_object(&at));
	assert_int_equal(occurrences(points, "\nok "), runs);
	assert_tap(points, 0);
	assert_int_equal(occurrences(cases, "<testcase "), runs);
	assert_xml(cases);
	free(list);
	free(objects);
	free(points);
	free(cases);
}

/* With what else is asked for. */
static void with_other_options(void **state)
{
	struct said said = say(
		&(struct call){.arguments = {"run", "write-after-close", "--format=json",
				       "--family=tcp4", "--wire=none", "--counters", "--states"}});
	const char *at = said.output;
	json_t *object = next_object(&at);

	(void)state;
	assert_int_equal(said.status, 0);
	assert_null(json_object_get(object, "packets"));
	assert_json_integer(object, "unasserted", 7);
	assert_json_integer(json_object_get(object, "counters"), "TcpOutRsts", 1);
	assert_json_string(
		json_array_get(json_object_get(object, "steps"), 0), "client_state", "ESTABLISHED");
	json_decref(object);
	forget(&said);
	said = say(&(struct call){.arguments = {"run", "write-after-close", "--format=junit",
					  "--family=tcp4", "--pcap=-"}});
	assert_int_equal(said.status, 0);
	assert_xml(said.error); /* standard output has the packets */
	forget(&said);
}

/* The one that is under way is partial, the others are not run; all are told of. */
static struct said interrupted_in(const char *format)
{
	struct running r = begin(
		&(struct call){.arguments = {"run", format, "-", "--deadline=3600000", "--jobs=1"},
			.input = waits});
	pid_t child[MANY];

	while (!children(r.pid, child)) /* the listener: a run has begun */
		assert_false(is_zombie(r.pid));
	kill(r.pid, SIGINT);
	struct said said = end(&r);

	assert_int_equal(said.status, 3);
	assert_string_equal(said.error, "closewait: interrupted by SIGINT\n");
	return said;
}

static void interrupted_json(void **state)
{
	(void)state;
	need_children();
	struct said said = interrupted_in("--format=json");
	const char *at = said.output;

	for (int i = 0; i < 3; i++) {
		json_t *object = next_object(&at);

		assert_json_string(object, "verdict", "error");
		if (i)
			assert_json_string(object, "reason", "not run: interrupted by SIGINT");
		assert_json_integer(object, "runs", !i);
		json_decref(object);
	}
	assert_string_equal(at, "");
	forget(&said);
}

static void interrupted_tap(void **state)
{
	(void)state;
	need_children();
	struct said said = interrupted_in("--format=tap");

	assert_tap(said.output, 255);
	assert_non_null(
		strstr(said.output, "\nnot ok 1 - - tcp4 # ERROR partial: interrupted in "));
	assert_non_null(
		strstr(said.output, "\nnot ok 2 - - tcp6 # ERROR not run: interrupted by SIGINT\n"
				    "not ok 3 - - unix # ERROR not run: interrupted by SIGINT\n"
				    "Bail out! 2 of 3 were not run\n"));
	forget(&said);
}

static void interrupted_junit(void **state)
{
	(void)state;
	need_children();
	struct said said = interrupted_in("--format=junit");

	assert_xml(said.output);
	assert_non_null(strstr(said.output, " tests=\"3\" failures=\"0\" errors=\"3\" "));
	assert_int_equal(
		occurrences(said.output, "<error message=\"not run: interrupted by SIGINT\">"), 2);
	forget(&said);
}

/* Each of several traces as text, cut out from its heading to the next, is an experiment again. */
static void traces_one_by_one(void **state)
{
	static const char *const headings[] = {"# write-after-close tcp4\n",
		"\n# write-after-close tcp6\n", "\n# unix-oob unix\n",
		"\n# unix-oob unix-seqpacket\n", "\n# 4 traces, "};
	struct said said =
		say(&(struct call){.arguments = {"run", "write-after-close", "unix-oob"}});
	char *at = said.output;

	(void)state;
	assert_int_equal(strncmp(at, headings[0], strlen(headings[0])), 0);
	for (int i = 1; i < 5; i++) {
		char *next = strstr(at, headings[i]);

		assert_non_null(next);
		*next = '\0';
		check(&(struct call){{"run", "-"}, at, 0, " steps, 0 deviations, ", NULL});
		at = next + 1;
	}
	forget(&said);
}

/* Nothing to run is well-formed, too. */
static void nothing_to_run(void **state)
{
	static const char error[] =
		"closewait: write-after-close: skipped: it uses none of the families asked for\n";

	(void)state;
	check(&(struct call){{"run", "write-after-close", "--family=unix", "--format=tap"}, NULL, 4,
		"KTAP version 1\n1..0\n", error});
	check(&(struct call){{"run", "write-after-close", "--family=unix", "--format=junit"}, NULL,
		4, "\n</testsuite>\n", error});
	check(&(struct call){{"run", "write-after-close", "--family=unix", "--format=json"}, NULL,
		4, NULL, error});
}

static void misuse(void **state)
{
	(void)state;
	check(&(struct call){{"run", "write-after-close", "--format=jsno"}, NULL, 2, NULL,
		"closewait: --format=jsno: unknown format; did you mean 'json'?\n"});
	check(&(struct call){{"run", "write-after-close", "--format=markdown"}, NULL, 2, NULL,
		"closewait: --format=markdown: unknown format; closewait help run lists them\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json),
		cmocka_unit_test(tap),
		cmocka_unit_test(junit),
		cmocka_unit_test(the_catalogue),
		cmocka_unit_test(with_other_options),
		cmocka_unit_test(interrupted_json),
		cmocka_unit_test(interrupted_tap),
		cmocka_unit_test(interrupted_junit),
		cmocka_unit_test(traces_one_by_one),
		cmocka_unit_test(nothing_to_run),
		cmocka_unit_test(misuse),
	};

	return cmocka_run_group_tests_name("run_format", tests, NULL, NULL);
}
