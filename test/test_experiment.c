/*
 * The grammar of experiments: good texts, first of all the whole catalogue, are printed back byte
 * for byte, other layouts in the canonical one; what a parsed experiment answers. Its mistakes are
 * in test_parse_errors.c.
 */
#include "language/catalog.h"
#include "check.h"

static void assert_printed(const char *text, const char *expected)
{
	struct experiment *e = parse_good(text);
	struct print print;

	print_open(&print);
	experiment_print(e, print.out);
	char *got = print_take(&print);

	assert_string_equal(got, expected);
	free(got);
	experiment_free(e);
}

static void test_catalogue_is_canonical(void **state)
{
	int count = 0;

	(void)state;
	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, "trace")) {
			assert_printed(t->text, t->text);
			count++;
		}
	assert_true(count > 0);
}

/* The examples of the vocabulary are what closewait help shows: they parse. A join has something in
 * the background to wait for. */
static void test_examples_parse(void **state)
{
	char text[LINE_LIMIT];

	(void)state;
	for (const struct operation *o = operations; o->name; o++) {
		bool joins = !strcmp(o->name, "join");

		snprintf(text, sizeof text, "%s%s", joins ? "client read 6 &\n" : "", o->example);
		struct experiment *e = parse_good(text);

		assert_int_equal(e->step_count, joins ? 2 : 1);
		assert_ptr_equal(e->script[joins].step.operation, o);
		experiment_free(e);
	}
}

static void test_canonical(void **state)
{
	static const char *const cases[] = {
		"client connect\n",
		"\n\n# only comments around\n\nclient connect           = 0\n\n# the end\n",
		"use tcp6  # a comment behind\n"
		"client connect           = 0  # and here\n"
		"client await CLOSE_WAIT  # and here\n",
		"client connect           = 0 @ tcp4\n"
		"                         = -1 ECONNREFUSED @ tcp6 before 6.11 6.1.103  # why\n"
		"# between the lines of a step\n"
		"\n"
		"                         = -1 EPIPE SIGPIPE @ tcp6 since 6.11 6.1.103\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_printed(cases[i], cases[i]);
}

static void test_canonical_results(void **state)
{
	static const char text[] = "client write 6           = >0\n"
				   "client write 6           = !=-1\n"
				   "client write 6           = timeout in ESTABLISHED\n"
				   "client await CLOSE       = timeout\n"
				   "client setsockopt SO_LINGER 1,0 = 0\n"
				   "client getsockopt SO_LINGER = 1,0\n"
				   "client getsockopt SO_ERROR = ECONNRESET\n"
				   "client send 6 MSG_NOSIGNAL|MSG_DONTWAIT\n"
				   "client poll POLLIN|POLLRDHUP = 0\n"
				   "server await POLLIN\n"
				   "server state             = CLOSE_WAIT\n";

	(void)state;
	assert_printed(text, text);
}

static void test_canonical_wire(void **state)
{
	static const char text[] = "  wire > S\n"
				   "client write 6           = 6\n"
				   "  wire > P. 6 @ tcp4 since 6.1  # the data\n"
				   "  wire < R\n"
				   "  wire > none\n";

	(void)state;
	assert_printed(text, text);
}

static void test_other_layouts(void **state)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{"client connect", "client connect\n"},
		{"client write 6\nclient write 6 = 6 @ tcp4\n=  as client write @ tcp6\n",
			"client write 6\nclient write 6           = 6 @ tcp4\n"
			"                         = as client write @ tcp6\n"},
		{"client write 6\nclient write 6 = as client write in 0ms..7ms\n",
			"client write 6\nclient write 6           = as client write in 0ms..7ms\n"},
		{"client read 6 = -1 EPIPE|EAGAIN SIGPIPE in  020ms..3600000ms @ tcp4 # why\n",
			"client read 6            = -1 EPIPE|EAGAIN SIGPIPE in 20ms.. @ tcp4  # "
			"why\n"},
		{"client await POLLERR = in 200ms..\n", "client await POLLERR     = in 200ms..\n"},
		{"\tclient  connect\t= 0 \t\n", "client connect           = 0\n"},
		{"client connect = 0 # why", "client connect           = 0  # why\n"},
		{"client connect = 0 @ tcp6 tcp4 since 6.11.0 # why\n",
			"client connect           = 0 @ tcp4 tcp6 since 6.11  # why\n"},
		{"client connect\n= 0 @ tcp4\n",
			"client connect\n                         = 0 @ tcp4\n"},
		{"use tcp6 tcp4 tcp6\nclient connect\nwire < R",
			"use tcp4 tcp6\nclient connect\n  wire < R\n"},
		{"  \t \n  # indented  \nclient connect\n", "\n  # indented\nclient connect\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_printed(cases[i].text, cases[i].canonical);
		assert_printed(cases[i].canonical, cases[i].canonical);
	}
}

static void test_use(void **state)
{
	static const struct {
		const char *text;
		unsigned families;
	} cases[] = {
		{"client connect\n", 1u << FAMILY_TCP4 | 1u << FAMILY_TCP6},
		{"use tcp4\nclient connect\n", 1u << FAMILY_TCP4},
		{"use tcp6\nclient connect\n", 1u << FAMILY_TCP6},
		{"use tcp6 tcp4\nclient connect\n", 1u << FAMILY_TCP4 | 1u << FAMILY_TCP6},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct experiment *e = parse_good(cases[i].text);

		assert_int_equal(e->families, cases[i].families);
		experiment_free(e);
	}
}

static void test_title(void **state)
{
	static const struct {
		const char *text, *title;
	} cases[] = {
		{"# The title.\n# Not the title.\nclient connect\n", "The title."},
		{"client connect\n", ""},
		{"\n# Too late.\nclient connect\n", ""},
		{"#\nclient connect\n", ""},
		{"client connect  # Not a title.\n", ""},
		{"# A title that is longer than the buffer.\nclient connect\n", "A title that is"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct experiment *e = parse_good(cases[i].text);
		char title[16];

		experiment_title(e, title, sizeof title);
		assert_string_equal(title, cases[i].title);
		experiment_free(e);
	}
}

static void test_plans(void **state)
{
	struct experiment *e = parse_good("# comment\n"
					  "\n"
					  "client send 6 MSG_PEEK|MSG_NOSIGNAL = 6\n"
					  "server await CLOSE_WAIT\n"
					  "client setsockopt SO_LINGER 1,30 = 0\n");
	const struct script_step *entry = e->script;

	(void)state;
	assert_int_equal(e->step_count, 3);
	assert_int_equal(entry[0].line, 3);
	assert_int_equal(entry[0].step.who, CLIENT);
	assert_int_equal(entry[0].step.number[0], 6);
	assert_int_equal(entry[0].step.number[1], 0x4002); /* MSG_NOSIGNAL|MSG_PEEK */
	assert_int_equal(entry[0].expectation_count, 1);
	assert_int_equal(entry[1].step.who, SERVER);
	assert_true(entry[1].step.target == TARGET_STATE);
	assert_int_equal(entry[1].expectation_count, 0);
	assert_int_equal(entry[2].line, 5);
	assert_string_equal(entry[2].step.option->name, "SO_LINGER");
	assert_int_equal(entry[2].step.number[1], 1);
	assert_int_equal(entry[2].step.second, 30);
	experiment_free(e);
}

static void test_expectation_by_guard(void **state)
{
	static const struct version old = {6, 1, 102}, backport = {6, 1, 103}, new = {6, 12, 0};
	struct experiment *e = parse_good("client write 6 = 1 @ tcp4 since 6.11 6.1.103\n"
					  " = 2 @ tcp4 before 6.11 6.1.103\n"
					  "  wire > P. 6 @ tcp6 since 6.11\n");
	const struct script_step *entry = e->script;

	(void)state;
	assert_int_equal(script_step_expectation(entry, FAMILY_TCP4, old)->result.value, 2);
	assert_int_equal(script_step_expectation(entry, FAMILY_TCP4, backport)->result.value, 1);
	assert_int_equal(script_step_expectation(entry, FAMILY_TCP4, new)->result.value, 1);
	assert_null(script_step_expectation(entry, FAMILY_TCP6, new));
	assert_true(experiment_names_packets(e, FAMILY_TCP6, new));
	assert_false(experiment_names_packets(e, FAMILY_TCP4, new));
	assert_false(experiment_names_packets(e, FAMILY_TCP6, old));
	experiment_free(e);
}

/* The wire lines stand behind the step above them. */
static void test_wire_plans(void **state)
{
	struct experiment *e = parse_good("wire > S\n"
					  "client write 6 = 6\n"
					  " wire > P. 6\n"
					  " wire < R\n"
					  "client close\n"
					  " wire > F.\n");
	static const int step[] = {-1, 0, 0, 1}, line[] = {1, 3, 4, 6};

	(void)state;
	assert_int_equal(e->wire_count, COUNT(step));
	for (size_t i = 0; i < COUNT(step); i++) {
		assert_int_equal(e->wire[i].step, step[i]);
		assert_int_equal(e->wire[i].line, line[i]);
	}
	assert_true(e->wire[1].packet.from_client);
	assert_int_equal(e->wire[1].packet.length, 6);
	assert_false(e->wire[2].packet.from_client);
	experiment_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue_is_canonical),
		cmocka_unit_test(test_examples_parse),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_canonical_results),
		cmocka_unit_test(test_canonical_wire),
		cmocka_unit_test(test_other_layouts),
		cmocka_unit_test(test_use),
		cmocka_unit_test(test_title),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_expectation_by_guard),
		cmocka_unit_test(test_wire_plans),
	};

	return cmocka_run_group_tests_name("experiment", tests, NULL, NULL);
}
